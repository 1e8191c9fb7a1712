package org.tornadogru.kernels.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.tornadogru.kernels.Activation;
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

  // Constants are vectors to keep compiled code small.
  private static final FloatVector A1 = broadcast(Activation.A1);
  private static final FloatVector A2 = broadcast(Activation.A2);
  private static final FloatVector A3 = broadcast(Activation.A3);
  private static final FloatVector A4 = broadcast(Activation.A4);
  private static final FloatVector B1 = broadcast(Activation.B1);
  private static final FloatVector B2 = broadcast(Activation.B2);
  private static final FloatVector B3 = broadcast(Activation.B3);
  private static final FloatVector B4 = broadcast(Activation.B4);
  private static final FloatVector ONE = broadcast(1f);

  /** Of 8: from there on 1 is close to tanh, and the quotient may round to more. */
  private static final FloatVector TANH_SATURATION = broadcast(8f * 8f);

  /** Below, exp would not be a normal float. */
  private static final FloatVector EXP_LOWEST = broadcast(-87f);

  private static final FloatVector EXP_1 = broadcast(0.9999997f);
  private static final FloatVector EXP_2 = broadcast(0.4999915f);
  private static final FloatVector EXP_3 = broadcast(0.16667636f);
  private static final FloatVector EXP_4 = broadcast(4.189793e-2f);
  private static final FloatVector EXP_5 = broadcast(8.290313e-3f);

  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LN_2_HIGH = 0x1.63p-1f; // few bits: its multiples are exact
  private static final float LN_2_LOW = -0x1.bd0106p-13f;
  private static final float ROUNDING = 0x1.8p23f; // adding it leaves an integer in the low bits
  private static final int EXPONENT_BITS = 23;
  private static final int ONE_BITS = 0x3f800000;
  private static final int SIGN_BIT = 0x80000000;

  private Vectors() {}

  static FloatVector load(float[] array, int at) {
    return FloatVector.fromArray(SPECIES, array, at);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** {@link Activation#tanh}, where vectors need not be bounded: what is infinite is replaced. */
  static FloatVector tanh(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector above = square.fma(A4, A3).fma(square, A2).fma(square, A1);
    FloatVector below = square.fma(B4, B3).fma(square, B2).fma(square, B1);
    FloatVector quotient = above.fma(square, ONE).mul(x).div(below.fma(square, ONE));
    FloatVector sign = x.reinterpretAsInts().and(SIGN_BIT).or(ONE_BITS).reinterpretAsFloats();
    return quotient.blend(sign, square.compare(VectorOperators.GT, TANH_SATURATION));
  }

  /** {@code σ(x) = 1 / (1 + exp(−x))}, or with x < 0 {@code exp(x) / (1 + exp(x))}. */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector decay = exp(x.reinterpretAsInts().or(SIGN_BIT).reinterpretAsFloats());
    return ONE.blend(decay, x.compare(VectorOperators.LT, 0f)).div(decay.add(ONE));
  }

  /** {@code σ'(x) = σ(x) σ(−x)}: without a difference of like numbers. */
  static FloatVector bell(FloatVector x) {
    FloatVector decay = exp(x.reinterpretAsInts().or(SIGN_BIT).reinterpretAsFloats());
    FloatVector whole = decay.add(ONE);
    return decay.div(whole.mul(whole));
  }

  /**
   * exp of x ≤ 0: 2ⁿ times a polynomial of what is left, at most ½ ln 2 either way, fitted for the
   * least relative error. Off by at most 3e-7 of the value, which stays at 1.6e-38 from −87 on
   * down.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.blend(EXP_LOWEST, x.compare(VectorOperators.LT, EXP_LOWEST));
    FloatVector shifted = bounded.fma(broadcast(LOG2_E), broadcast(ROUNDING));
    FloatVector n = shifted.sub(ROUNDING);
    FloatVector rest = n.fma(broadcast(-LN_2_LOW), n.fma(broadcast(-LN_2_HIGH), bounded));
    FloatVector polynomial =
        rest.fma(EXP_5, EXP_4).fma(rest, EXP_3).fma(rest, EXP_2).fma(rest, EXP_1).fma(rest, ONE);
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
