package org.tornadogru.formats;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes another file of one by what files of the format are made of: fields, lengths and places
 * become other ones, parts are dropped, doubled, swapped, and put into one another.
 */
@FunctionalInterface
interface Mutator {

  byte[] mutated(byte[] file, SplittableRandom random) throws IOException;

  /** What numbers and lengths become. */
  static long number(long before, SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> before + random.nextInt(-2, 3);
      case 1 -> -before;
      case 2 -> before * random.nextInt(2, 10);
      case 3 -> random.nextInt(10);
      case 4 -> List.of(Integer.MAX_VALUE, Integer.MIN_VALUE, 65_535, 255).get(random.nextInt(4));
      case 5 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
      case 6 -> 1L << random.nextInt(64);
      default -> random.nextLong() >>> random.nextInt(64);
    };
  }

  /** What texts become. */
  static String text(String before, List<String> others, SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> "";
      case 1 -> before + before;
      case 2 -> before.substring(0, before.length() / 2);
      case 3 -> "\n\u0000\u001b[31m\u202e\u2028" + before;
      case 4 -> (before + "x").repeat(random.nextInt(1, 2 + 20_000 / (before.length() + 1)));
      case 5 -> "\ufffe".repeat(random.nextInt(1, 3)) + before;
      default -> others.get(random.nextInt(others.size()));
    };
  }
}
