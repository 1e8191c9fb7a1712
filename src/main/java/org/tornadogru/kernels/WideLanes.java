package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * What {@link Float16} lacks, inlined into the wide kernels. Lanes are spelled out: a lane's number
 * must be a constant, and drivers turn sixteen equal scalar operations back into vector ones.
 */
final class WideLanes {

  /** As for {@link Activation}: beyond it σ is 0 or 1 to a float. */
  private static final float SATURATION = 30f;

  private WideLanes() {}

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

  /** {@code σ(x) = 1 / (1 + exp(−x))}, clamped. */
  static Float16 sigmoid(Float16 x) {
    Float16 clamped = Float16.max(fill(-SATURATION), Float16.min(fill(SATURATION), x));
    return Float16.div(fill(1f), Float16.add(fill(1f), exp(Float16.sub(fill(0f), clamped))));
  }

  /** {@code tanh(x) = 2 σ(2x) − 1}. */
  static Float16 tanh(Float16 x) {
    Float16 doubled = sigmoid(Float16.add(x, x));
    return Float16.sub(Float16.add(doubled, doubled), fill(1f));
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
