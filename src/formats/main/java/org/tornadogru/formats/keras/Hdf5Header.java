package org.tornadogru.formats.keras;

import java.util.ArrayList;
import java.util.List;

/**
 * What describes a group or an array of an HDF5 file: messages, in one or more blocks.
 *
 * @param messages in the order of the blocks
 */
record Hdf5Header(List<Message> messages) {

  static final int SPACE = 1;
  static final int LINK_INFO = 2;
  static final int TYPE = 3;
  static final int LINK = 6;
  static final int LAYOUT = 8;
  static final int ATTRIBUTE = 12;
  private static final int CONTINUATION = 16;
  static final int SYMBOL_TABLE = 17;

  /**
   * A message.
   *
   * @param at where its content begins
   * @param shared whether that is only an address of it
   */
  record Message(int type, int at, boolean shared) {}

  /** A part of the file that holds messages. */
  private record Block(int at, int end) {}

  /** The header at a place. */
  static Hdf5Header at(Hdf5Bytes bytes, int at) {
    boolean young = bytes.startsWith(at, "OHDR");
    if (!young && bytes.u8(at) != 1) {
      throw Hdf5Bytes.damaged();
    }
    List<Message> messages = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    int start; // of a message's content
    if (young) {
      int flags = bytes.u8(at + 5);
      int size = at + 6 + ((flags & 32) == 0 ? 0 : 16) + ((flags & 16) == 0 ? 0 : 4);
      int width = 1 << (flags & 3);
      start = (flags & 4) == 0 ? 4 : 6;
      blocks.add(new Block(size + width, size + width + bytes.length(size, width)));
    } else {
      start = 8;
      blocks.add(new Block(at + 16, at + 16 + bytes.length(at + 8, Integer.BYTES)));
    }
    for (int block = 0; block < blocks.size(); block++) { // which get more meanwhile
      read(bytes, blocks.get(block), start, young, messages, blocks);
    }
    return new Hdf5Header(messages);
  }

  private static void read(
      Hdf5Bytes bytes,
      Block block,
      int start,
      boolean young,
      List<Message> messages,
      List<Block> blocks) {
    bytes.within(block.at, (long) block.end - block.at);
    for (int at = block.at; at + start <= block.end; ) {
      int type = young ? bytes.u8(at) : bytes.u16(at);
      int size = at + (young ? 1 : 2);
      int content = at + start;
      bytes.count();
      bytes.within(content, bytes.u16(size));
      messages.add(new Message(type, content, (bytes.u8(size + 2) & 2) != 0));
      if (type == CONTINUATION) {
        blocks.add(continued(bytes, content, young));
      }
      at = content + bytes.u16(size);
    }
  }

  /** In young files a block has a signature in front and a checksum behind. */
  private static Block continued(Hdf5Bytes bytes, int at, boolean young) {
    int next = bytes.address(at);
    int end = next + bytes.length(at + Long.BYTES, Long.BYTES);
    if (young && !bytes.startsWith(next, "OCHK")) {
      throw Hdf5Bytes.damaged();
    }
    return young ? new Block(next + 4, end - 4) : new Block(next, end);
  }

  /** Messages of a type. */
  List<Message> all(int type) {
    return messages.stream().filter(message -> message.type == type).toList();
  }

  /** The first message of a type; null if there is none. */
  Message first(int type) {
    return messages.stream().filter(message -> message.type == type).findFirst().orElse(null);
  }
}
