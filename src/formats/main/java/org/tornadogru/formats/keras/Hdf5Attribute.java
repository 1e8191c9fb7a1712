package org.tornadogru.formats.keras;

import java.util.List;
import java.util.Map;
import org.tornadogru.formats.codec.Json;

/**
 * A named value that belongs to a group. Only texts are read.
 *
 * @param message in the group's header
 */
record Hdf5Attribute(Hdf5Bytes bytes, Hdf5Header.Message message) {

  private static final int TEXT = 3;
  private static final int VARIABLE_LENGTH = 9;

  /** Adds the text, if it is one of those wanted. */
  void text(List<String> wanted, Map<String, String> texts) {
    int at = message.at();
    int version = bytes.u8(at);
    if (version < 1 || version > 3 || message.shared()) {
      return;
    }
    int name = at + (version == 3 ? 9 : 8);
    int nameLength = bytes.u16(at + 2);
    int type = name + padded(nameLength, version);
    int space = type + padded(bytes.u16(at + 4), version);
    int value = space + padded(bytes.u16(at + 6), version);
    String key = bytes.name(name, name + nameLength);
    boolean single = bytes.u8(space + 1) == 0;
    if (!wanted.contains(key) || !single) {
      return;
    }
    switch (bytes.u8(type) & 15) {
      case TEXT -> texts.put(key, bytes.text(value, bytes.length(type + 4, Integer.BYTES)));
      case VARIABLE_LENGTH -> {
        if ((bytes.u8(type + 1) & 15) == 1) {
          texts.put(key, inHeap(value));
        }
      }
      default -> {
        // Numbers, and arrays of texts.
      }
    }
  }

  /** In the first version parts begin at multiples of 8. */
  private static int padded(int length, int version) {
    return version == 1 ? Math.ceilDiv(length, 8) * 8 : length;
  }

  /** A text that lies in a heap: its length, the heap's address, its number in there. */
  private String inHeap(int value) {
    int length = bytes.length(value, Integer.BYTES);
    int heap = bytes.address(value + 4);
    long number = bytes.unsigned(value + 12, Integer.BYTES);
    if (!bytes.startsWith(heap, "GCOL") || length > Json.LARGEST) {
      throw Hdf5Bytes.damaged();
    }
    int end = heap + bytes.length(heap + 8, Long.BYTES);
    for (int at = heap + 16; at + 16 <= end; ) {
      bytes.count();
      int size = bytes.length(at + 8, Long.BYTES);
      if (bytes.u16(at) == number) {
        return bytes.text(bytes.within(at + 16, size), Math.min(length, size));
      }
      at = bytes.within(at + 16, size) + Math.ceilDiv(size, 8) * 8;
    }
    throw Hdf5Bytes.damaged();
  }
}
