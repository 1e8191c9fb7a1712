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
  record Message(int type, int at, int end, boolean shared) {}

  /** A part of the file that holds messages. */
  private record Block(int at, int end) {}

  /** The header at a place. */
  static Hdf5Header at(Hdf5Bytes bytes, int at) {
    List<Message> messages = new ArrayList<>();
    if (bytes.startsWith(at, "OHDR")) {
      int flags = bytes.u8(at + 5);
      int place = at + 6 + ((flags & 32) == 0 ? 0 : 16) + ((flags & 16) == 0 ? 0 : 4);
      int width = 1 << (flags & 3);
      int first = place + width;
      boolean ordered = (flags & 4) != 0;
      List<Block> blocks = new ArrayList<>();
      blocks.add(new Block(first, first + bytes.length(place, width)));
      for (int block = 0; block < blocks.size(); block++) {
        readYoung(bytes, blocks.get(block), ordered, messages, blocks);
      }
    } else if (bytes.u8(at) == 1) {
      List<Block> blocks = new ArrayList<>();
      blocks.add(new Block(at + 16, at + 16 + bytes.length(at + 8, Integer.BYTES)));
      for (int block = 0; block < blocks.size(); block++) {
        readOld(bytes, blocks.get(block), messages, blocks);
      }
    } else {
      throw Hdf5Bytes.damaged();
    }
    return new Hdf5Header(messages);
  }

  private static void readOld(
      Hdf5Bytes bytes, Block block, List<Message> messages, List<Block> blocks) {
    bytes.within(block.at, (long) block.end - block.at);
    for (int at = block.at; at + 8 <= block.end; ) {
      int end = at + 8 + bytes.u16(at + 2);
      add(bytes, new Message(bytes.u16(at), at + 8, end, shared(bytes, at + 4)), messages);
      if (bytes.u16(at) == CONTINUATION) {
        blocks.add(continued(bytes, at + 8));
      }
      at = end;
    }
  }

  private static void readYoung(
      Hdf5Bytes bytes, Block block, boolean ordered, List<Message> messages, List<Block> blocks) {
    bytes.within(block.at, (long) block.end - block.at);
    int start = ordered ? 6 : 4;
    for (int at = block.at; at + start <= block.end; ) {
      int end = at + start + bytes.u16(at + 1);
      add(bytes, new Message(bytes.u8(at), at + start, end, shared(bytes, at + 3)), messages);
      if (bytes.u8(at) == CONTINUATION) {
        Block next = continued(bytes, at + start);
        if (!bytes.startsWith(next.at, "OCHK")) {
          throw Hdf5Bytes.damaged();
        }
        blocks.add(new Block(next.at + 4, next.end - 4)); // a checksum stands behind
      }
      at = end;
    }
  }

  private static boolean shared(Hdf5Bytes bytes, int flags) {
    return (bytes.u8(flags) & 2) != 0;
  }

  private static Block continued(Hdf5Bytes bytes, int at) {
    int next = bytes.address(at);
    return new Block(next, next + bytes.length(at + Long.BYTES, Long.BYTES));
  }

  private static void add(Hdf5Bytes bytes, Message message, List<Message> messages) {
    bytes.count();
    bytes.within(message.at, (long) message.end - message.at);
    messages.add(message);
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
