package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Activation;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * What {@link Float16} lacks, inlined into the wide kernels. Lanes are spelled out: a lane's number
 * must be a constant, and drivers turn sixteen equal scalar operations back into vector ones.
 */
final class WideLanes {

  private WideLanes() {}

  /** Sixteen neighbours, the n-th such vector of an array. */
  static Float16 load(FloatArray array, int n) {
    return new VectorFloat16(array).get(n);
  }

  /** Writes the n-th vector of an array. */
  static void store(FloatArray array, int n, Float16 x) {
    new VectorFloat16(array).set(n, x);
  }

  /** x in every lane. */
  static Float16 fill(float x) {
    return new Float16(x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x);
  }

  /** {@code sum + x · w}. */
  static Float16 addProduct(Float16 sum, float x, Float16 w) {
    return Float16.add(sum, Float16.mult(fill(x), w));
  }

  /** {@code 1 − x}. */
  static Float16 oneMinus(Float16 x) {
    return Float16.sub(fill(1f), x);
  }

  /** {@link Activation#sigmoid}. */
  static Float16 sigmoid(Float16 x) {
    return Float16.div(fill(1f), Float16.add(fill(1f), decay(x)));
  }

  /** {@code exp(−x)}. */
  private static Float16 decay(Float16 x) {
    return new Float16(
        Activation.decay(x.getS0()),
        Activation.decay(x.getS1()),
        Activation.decay(x.getS2()),
        Activation.decay(x.getS3()),
        Activation.decay(x.getS4()),
        Activation.decay(x.getS5()),
        Activation.decay(x.getS6()),
        Activation.decay(x.getS7()),
        Activation.decay(x.getS8()),
        Activation.decay(x.getS9()),
        Activation.decay(x.getS10()),
        Activation.decay(x.getS11()),
        Activation.decay(x.getS12()),
        Activation.decay(x.getS13()),
        Activation.decay(x.getS14()),
        Activation.decay(x.getS15()));
  }

  /** {@link Activation#tanh}. */
  static Float16 tanh(Float16 x) {
    Float16 bounded = between(x, Activation.TANH_LIMIT);
    Float16 square = Float16.mult(bounded, bounded);
    Float16 above =
        horner(
            square,
            Activation.A1,
            horner(square, Activation.A2, horner(square, Activation.A3, fill(Activation.A4))));
    Float16 below =
        horner(
            square,
            Activation.B1,
            horner(square, Activation.B2, horner(square, Activation.B3, fill(Activation.B4))));
    Float16 quotient =
        Float16.div(Float16.mult(bounded, horner(square, 1f, above)), horner(square, 1f, below));
    return between(quotient, 1f);
  }

  /** {@code a + x · sum}. */
  private static Float16 horner(Float16 x, float a, Float16 sum) {
    return Float16.add(fill(a), Float16.mult(x, sum));
  }

  private static Float16 between(Float16 x, float limit) {
    return new Float16(
        Activation.between(x.getS0(), limit),
        Activation.between(x.getS1(), limit),
        Activation.between(x.getS2(), limit),
        Activation.between(x.getS3(), limit),
        Activation.between(x.getS4(), limit),
        Activation.between(x.getS5(), limit),
        Activation.between(x.getS6(), limit),
        Activation.between(x.getS7(), limit),
        Activation.between(x.getS8(), limit),
        Activation.between(x.getS9(), limit),
        Activation.between(x.getS10(), limit),
        Activation.between(x.getS11(), limit),
        Activation.between(x.getS12(), limit),
        Activation.between(x.getS13(), limit),
        Activation.between(x.getS14(), limit),
        Activation.between(x.getS15(), limit));
  }

  static Float16 exp(Float16 x) {
    return new Float16(
        TornadoMath.exp(x.getS0()),
        TornadoMath.exp(x.getS1()),
        TornadoMath.exp(x.getS2()),
        TornadoMath.exp(x.getS3()),
        TornadoMath.exp(x.getS4()),
        TornadoMath.exp(x.getS5()),
        TornadoMath.exp(x.getS6()),
        TornadoMath.exp(x.getS7()),
        TornadoMath.exp(x.getS8()),
        TornadoMath.exp(x.getS9()),
        TornadoMath.exp(x.getS10()),
        TornadoMath.exp(x.getS11()),
        TornadoMath.exp(x.getS12()),
        TornadoMath.exp(x.getS13()),
        TornadoMath.exp(x.getS14()),
        TornadoMath.exp(x.getS15()));
  }

  /**
   * The larger one, lane by lane. {@link Float16#max} fills its result bit by bit, which TornadoVM
   * gets wrong where it unrolls the loop around it.
   */
  static Float16 max(Float16 a, Float16 b) {
    return new Float16(
        TornadoMath.max(a.getS0(), b.getS0()),
        TornadoMath.max(a.getS1(), b.getS1()),
        TornadoMath.max(a.getS2(), b.getS2()),
        TornadoMath.max(a.getS3(), b.getS3()),
        TornadoMath.max(a.getS4(), b.getS4()),
        TornadoMath.max(a.getS5(), b.getS5()),
        TornadoMath.max(a.getS6(), b.getS6()),
        TornadoMath.max(a.getS7(), b.getS7()),
        TornadoMath.max(a.getS8(), b.getS8()),
        TornadoMath.max(a.getS9(), b.getS9()),
        TornadoMath.max(a.getS10(), b.getS10()),
        TornadoMath.max(a.getS11(), b.getS11()),
        TornadoMath.max(a.getS12(), b.getS12()),
        TornadoMath.max(a.getS13(), b.getS13()),
        TornadoMath.max(a.getS14(), b.getS14()),
        TornadoMath.max(a.getS15(), b.getS15()));
  }

  /** The sum of the lanes. */
  static float sum(Float16 x) {
    return ((x.getS0() + x.getS1()) + (x.getS2() + x.getS3()))
        + ((x.getS4() + x.getS5()) + (x.getS6() + x.getS7()))
        + ((x.getS8() + x.getS9()) + (x.getS10() + x.getS11()))
        + ((x.getS12() + x.getS13()) + (x.getS14() + x.getS15()));
  }

  /** The largest lane. */
  static float largest(Float16 x) {
    float low =
        TornadoMath.max(
            TornadoMath.max(
                TornadoMath.max(x.getS0(), x.getS1()), TornadoMath.max(x.getS2(), x.getS3())),
            TornadoMath.max(
                TornadoMath.max(x.getS4(), x.getS5()), TornadoMath.max(x.getS6(), x.getS7())));
    float high =
        TornadoMath.max(
            TornadoMath.max(
                TornadoMath.max(x.getS8(), x.getS9()), TornadoMath.max(x.getS10(), x.getS11())),
            TornadoMath.max(
                TornadoMath.max(x.getS12(), x.getS13()), TornadoMath.max(x.getS14(), x.getS15())));
    return TornadoMath.max(low, high);
  }
}
