package org.tornadogru.kernels;

/**
 * Philox 2×32 with ten rounds: a counter-based random generator. The n-th number is a function of
 * (seed, n), so it needs no state and gives the same on every device.
 *
 * @see <a href="https://doi.org/10.1145/2063384.2063405">Salmon et al. 2011, Parallel random
 *     numbers: as easy as 1, 2, 3</a>
 */
public final class Philox {

  private static final long MULTIPLIER = 0xD256D193L;
  private static final int KEY_INCREMENT = 0x9E3779B9;
  private static final long LOW_WORD = 0xFFFFFFFFL;

  private Philox() {}

  /**
   * The key of a seed: its low half, and of seeds below 0 or above 32 bits something else, since
   * halves that are only combined by XOR give seeds n and −n − 1 the same numbers.
   */
  public static int key(long seed) {
    return (int) seed + (int) (seed >> 32) * KEY_INCREMENT;
  }

  /** The first of the two random words of counter (low, high) under a key. */
  public static int word(int low, int high, int key) {
    int left = low;
    int right = high;
    int roundKey = key;
    for (int round = 0; round < 10; round++) {
      long product = (left & LOW_WORD) * MULTIPLIER;
      left = (int) (product >> 32) ^ roundKey ^ right;
      right = (int) product;
      roundKey += KEY_INCREMENT;
    }
    return left;
  }

  /** A number in [0, 1) with 24 random bits, masked since devices get {@code >>>} wrong. */
  public static float uniformFloat(int low, int high, int key) {
    return ((word(low, high, key) >> 8) & 0xFFFFFF) * 0x1p-24f;
  }
}
