package org.tornadogru.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HDF5 files: parts begin with a signature or lie where an address leads, and have their counts and
 * sizes near their beginning.
 */
final class Hdf5Mutator {

  private static final Pattern SIGNATURE = Pattern.compile("TREE|SNOD|HEAP|GCOL|OHDR|OCHK");

  /**
   * Where things are in a file.
   *
   * @param parts beginnings of parts
   * @param addresses places of addresses of parts
   */
  private record Places(List<Integer> parts, List<Integer> addresses) {

    static Places of(byte[] file) {
      ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      List<Integer> parts = new ArrayList<>();
      List<Integer> addresses = new ArrayList<>();
      Matcher matcher = SIGNATURE.matcher(new String(file, ISO_8859_1));
      while (matcher.find()) {
        parts.add(matcher.start());
      }
      for (int at = 8; at + 8 <= file.length; at++) {
        long address = bytes.getLong(at);
        if (address > 0 && address + 16 < file.length) {
          // Headers of the first version have no signature but a 1, a 0, and a count.
          boolean header = bytes.getShort((int) address) == 1;
          if (header || parts.contains((int) address)) {
            addresses.add(at);
            parts.add((int) address);
          }
        }
      }
      return new Places(parts, addresses);
    }
  }

  private final IdentityHashMap<byte[], Places> known = new IdentityHashMap<>();

  byte[] mutated(byte[] file, SplittableRandom random) {
    Places places = known.computeIfAbsent(file, Places::of);
    List<Integer> parts = places.parts;
    List<Integer> addresses = places.addresses;
    ByteBuffer bytes = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    for (int change = random.nextInt(1, 4); change > 0; change--) {
      change(bytes, parts, addresses, random);
    }
    byte[] changed = bytes.array();
    return switch (random.nextInt(12)) {
      case 0 -> Arrays.copyOf(changed, random.nextInt(changed.length));
      case 1 -> appended(changed, parts, addresses, random);
      default -> changed;
    };
  }

  private static void change(
      ByteBuffer bytes, List<Integer> parts, List<Integer> addresses, SplittableRandom random) {
    int part = any(parts, random);
    int other = any(parts, random);
    int address = any(addresses, random);
    int size = Math.min(random.nextInt(8, 300), bytes.capacity() - Math.max(part, other));
    switch (random.nextInt(8)) {
      case 0 -> bytes.putLong(address, other); // a circle, or two that share a part
      case 1 -> bytes.putLong(address, bytes.getLong(any(addresses, random)));
      case 2 -> bytes.putLong(address, Mutator.number(bytes.getLong(address), random));
      case 3 -> {
        byte[] copy = new byte[size];
        byte[] back = new byte[size];
        bytes.get(other, copy).get(part, back);
        bytes.put(part, copy);
        if (random.nextBoolean()) {
          bytes.put(other, back);
        }
      }
      default -> {
        int width = 1 << random.nextInt(4);
        int at = part + random.nextInt(0, 120);
        at = random.nextInt(3) == 0 ? at : at / width * width;
        if (at + width <= bytes.capacity()) {
          set(bytes, at, width, random);
        }
      }
    }
  }

  private static void set(ByteBuffer bytes, int at, int width, SplittableRandom random) {
    switch (width) {
      case 1 -> bytes.put(at, (byte) Mutator.number(bytes.get(at), random));
      case 2 -> bytes.putShort(at, (short) Mutator.number(bytes.getShort(at), random));
      case 4 -> bytes.putInt(at, (int) Mutator.number(bytes.getInt(at), random));
      default -> bytes.putLong(at, Mutator.number(bytes.getLong(at), random));
    }
  }

  /** A part comes a second time, behind the end, and something leads there. */
  private static byte[] appended(
      byte[] file, List<Integer> parts, List<Integer> addresses, SplittableRandom random) {
    int part = any(parts, random);
    byte[] longer = Arrays.copyOf(file, 2 * file.length - part);
    System.arraycopy(file, part, longer, file.length, file.length - part);
    ByteBuffer.wrap(longer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(any(addresses, random), file.length);
    return longer;
  }

  private static int any(List<Integer> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }
}
