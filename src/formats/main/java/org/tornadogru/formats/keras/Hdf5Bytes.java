package org.tornadogru.formats.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;

/**
 * The bytes of an HDF5 file, which nobody has checked. Its parts point to one another by address:
 * there are only so many of them, and none that describes a group is visited twice, so that
 * following them comes to an end.
 */
final class Hdf5Bytes {

  /** Messages, links and nodes of trees; a layer has a hundred or so. */
  private static final int MOST_PARTS = 100_000;

  private static final long UNDEFINED = -1;

  private final ByteBuffer bytes;
  private final Set<Integer> visited = new HashSet<>();
  private int parts;

  Hdf5Bytes(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static InvalidInputException damaged() {
    return new InvalidInputException("it is not an HDF5 file, or damaged");
  }

  int size() {
    return bytes.capacity();
  }

  int u8(int at) {
    return bytes.get(within(at, 1)) & 0xff;
  }

  int u16(int at) {
    return bytes.getShort(within(at, Short.BYTES)) & 0xffff;
  }

  /** A number of 1, 2, 4 or 8 bytes, which none may have that is negative as a long. */
  long unsigned(int at, int width) {
    long value =
        switch (width) {
          case 1 -> u8(at);
          case 2 -> u16(at);
          case 4 -> bytes.getInt(within(at, width)) & 0xffff_ffffL;
          default -> bytes.getLong(within(at, width));
        };
    if (value < 0) {
      throw damaged();
    }
    return value;
  }

  /** A size or a count that cannot be larger than the file. */
  int length(int at, int width) {
    long length = unsigned(at, width);
    if (length > size()) {
      throw damaged();
    }
    return (int) length;
  }

  /** The place that an address leads to. */
  int address(int at) {
    return length(at, Long.BYTES);
  }

  /** Whether an address leads anywhere. */
  boolean isDefined(int at) {
    return bytes.getLong(within(at, Long.BYTES)) != UNDEFINED;
  }

  /** Checks that a part lies in the file. */
  int within(int at, long length) {
    if (at < 0 || length < 0 || length > size() - (long) at) {
      throw damaged();
    }
    return at;
  }

  boolean startsWith(int at, String signature) {
    return at >= 0
        && at <= size() - signature.length()
        && text(at, signature.length()).equals(signature);
  }

  /** Counts a part of the file's description. */
  void count() {
    if (++parts > MOST_PARTS) {
      throw new InvalidInputException("it has more parts than a GRU needs, or is damaged");
    }
  }

  /** Goes to a place that nothing else may lead to. */
  int visit(int at) {
    count();
    if (!visited.add(at)) {
      throw new InvalidInputException("its parts lead to one another in a circle: it is damaged");
    }
    return at;
  }

  /** Text of a given length, or shorter if it ends before. */
  String text(int at, int length) {
    within(at, length);
    int end = 0;
    while (end < length && bytes.get(at + end) != 0) {
      end++;
    }
    return new String(bytes.array(), at, end, StandardCharsets.UTF_8);
  }

  /** A name that ends before a place. */
  String name(int at, int end) {
    String name = text(at, Math.max(0, end - at));
    if (name.length() > Hdf5Reader.LONGEST_NAME) {
      throw new InvalidInputException("its name %s is too long".formatted(Quoted.of(name)));
    }
    return name;
  }

  /** The same bytes in another order, from a place on. */
  ByteBuffer values(int at, long length, ByteOrder order) {
    return bytes.slice(within(at, length), (int) length).order(order);
  }
}
