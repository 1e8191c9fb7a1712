package org.tornadogru.kernels.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.tornadogru.kernels.Tiles;

/** The widest vectors that the CPU has and a tile holds, and elementary functions of them. */
final class Vectors {

  /** A tile is one such vector, or a whole number of them. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Tiles.LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** Floats in a vector. */
  static final int LENGTH = SPECIES.length();

  // Beyond ±9 tanh is 1 to a float's precision. Constants are vectors to keep compiled code small.
  private static final FloatVector TANH_LOWEST = broadcast(-9f);
  private static final FloatVector TANH_HIGHEST = broadcast(9f);
  private static final FloatVector ODD_3 = broadcast(0.13381024f);
  private static final FloatVector ODD_5 = broadcast(3.4955868e-3f);
  private static final FloatVector ODD_7 = broadcast(0.000020609063f);
  private static final FloatVector ODD_9 = broadcast(1.3354634e-8f);
  private static final FloatVector EVEN_2 = broadcast(0.4671434f);
  private static final FloatVector EVEN_4 = broadcast(2.5876977e-2f);
  private static final FloatVector EVEN_6 = broadcast(3.2856327e-4f);
  private static final FloatVector EVEN_8 = broadcast(7.776547e-7f);
  private static final FloatVector ONE = broadcast(1f);
  private static final FloatVector HALF = broadcast(0.5f);

  /** Where exp is no longer a normal float. */
  private static final float EXP_LIMIT = 87f;

  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LN_2_HIGH = 0x1.63p-1f; // few bits: its multiples are exact
  private static final float LN_2_LOW = -0x1.bd0106p-13f;
  private static final float ROUNDING = 0x1.8p23f; // adding it leaves an integer in the low bits
  private static final int EXPONENT_BITS = 23;
  private static final int ONE_BITS = 0x3f800000;

  private Vectors() {}

  static FloatVector load(float[] array, int at) {
    return FloatVector.fromArray(SPECIES, array, at);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /**
   * tanh as a quotient of an odd and an even polynomial, fitted for the least relative error over
   * ±9. Off by at most 4e-7 of the value.
   */
  static FloatVector tanh(FloatVector x) {
    FloatVector clamped = x.max(TANH_LOWEST).min(TANH_HIGHEST);
    FloatVector square = clamped.mul(clamped);
    FloatVector odd = square.fma(ODD_9, ODD_7).fma(square, ODD_5).fma(square, ODD_3);
    FloatVector even = square.fma(EVEN_8, EVEN_6).fma(square, EVEN_4).fma(square, EVEN_2);
    return odd.fma(square, ONE).mul(clamped).div(even.fma(square, ONE));
  }

  /** {@code σ(x) = ½ + ½ tanh(x / 2)}. Off by at most 2e-7. */
  static FloatVector sigmoid(FloatVector x) {
    return tanh(x.mul(HALF)).fma(HALF, HALF);
  }

  /**
   * exp, clamped to ±87: 2ⁿ times a polynomial of what is left, at most ½ ln 2. Off by at most 3e-7
   * of the value.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(-EXP_LIMIT).min(EXP_LIMIT);
    FloatVector shifted = clamped.fma(broadcast(LOG2_E), broadcast(ROUNDING));
    FloatVector n = shifted.sub(ROUNDING);
    FloatVector rest = n.fma(broadcast(-LN_2_LOW), n.fma(broadcast(-LN_2_HIGH), clamped));
    FloatVector polynomial =
        rest.fma(broadcast(1f / 720f), broadcast(1f / 120f))
            .fma(rest, broadcast(1f / 24f))
            .fma(rest, broadcast(1f / 6f))
            .fma(rest, broadcast(0.5f))
            .fma(rest, broadcast(1f))
            .fma(rest, broadcast(1f));
    IntVector power =
        shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, EXPONENT_BITS).add(ONE_BITS);
    return polynomial.mul(power.reinterpretAsFloats());
  }

  /**
   * The sum of a tile's lanes, always in the same order: reduceLanes leaves the order open, and
   * compiled code takes another one than the interpreter. Sums are kept for each lane of a tile,
   * not of a vector, so that CPUs with vectors of other lengths come to the same.
   *
   * @param sums in, [16]; overwritten
   */
  static float sum(float[] sums) {
    for (int half = Tiles.LANES / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        sums[lane] += sums[lane + half];
      }
    }
    return sums[0];
  }
}
