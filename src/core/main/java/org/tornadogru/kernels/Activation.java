package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * Activation functions, inlined into the kernels that call them.
 *
 * <p>Bounds that hold for all sets of kernels: σ and tanh are off by at most 4e-7 of their value,
 * for every float, and so are the other functions of ONNX, or by what rounding α, β and their
 * products costs; where a value is below 2e-38, it may be off by that much, since devices may take
 * numbers that small for 0. σ stays in [0, 1], tanh in [−1, 1]. Slopes are off by (1 + |x|) · 4e-7
 * of their value. Those that are made of a value that was kept, {@code y (1 − y)} and {@code 1 −
 * y²}, are off by at most 4e-7.
 *
 * <p>On the plain JVM. A device adds what its exp is off by: a few units in the last place on CPUs,
 * {@code |x| · 1e-7} where a GPU's fast maths rounds {@code x log₂ e}.
 *
 * <p>No intermediate value is infinite, since devices compile with fast maths, and none is a
 * difference of neighbours.
 */
public final class Activation {

  private static final float LN_2 = 0.6931472f;

  /** From here on down {@code exp(x) − 1} is −1, and powers of x are far from infinite. */
  private static final float LOWEST = -30f;

  /** From here on {@code 1 + |x|} is {@code |x|}, and far below where it is infinite. */
  private static final float LARGE = 0x1p60f;

  private Activation() {}

  /** {@code σ(x) = 1 / (1 + exp(−x))}, or with x < 0 the same times {@code exp(x) / exp(x)}. */
  public static float sigmoid(float x) {
    float decay = TornadoMath.exp(-magnitude(x));
    return (x < 0f ? decay : 1f) / (1f + decay);
  }

  /** {@code tanh|x| = (1 − exp(−2|x|)) / (1 + exp(−2|x|))}: PTX's own tanh is approximate. */
  public static float tanh(float x) {
    float fall = expm1(-2f * magnitude(x));
    float size = -fall / (2f + fall);
    return x < 0f ? -size : size;
  }

  /** σ'(x) = exp(−|x|) / (1 + exp(−|x|))². */
  private static float sigmoidSlope(float x) {
    float decay = TornadoMath.exp(-magnitude(x));
    return decay / ((1f + decay) * (1f + decay));
  }

  /** {@code tanh'(x) = 4 σ'(2x)}. */
  private static float tanhSlope(float x) {
    return 4f * sigmoidSlope(2f * x);
  }

  /**
   * {@code exp(x) − 1} of x ≤ 0: near 0 a polynomial, fitted for the least relative error from −ln
   * 2 to 0; beyond, exp is at most ½ and the difference keeps its digits.
   */
  private static float expm1(float x) {
    float bounded = TornadoMath.max(x, LOWEST);
    float series = 8.077851e-3f + bounded * 1.0386732e-3f;
    series = 0.16665344f + bounded * (4.1579396e-2f + bounded * series);
    series = bounded + bounded * bounded * (0.49999934f + bounded * series);
    float difference = TornadoMath.exp(bounded) - 1f;
    return bounded > -LN_2 ? series : difference;
  }

  /**
   * {@code log(1 + x)} for x from 0 to 1, which is {@code 2 artanh(q / 2)} with {@code q = x / (1 +
   * x / 2)}: a polynomial of q², fitted for the least relative error.
   */
  static float log1p(float x) {
    float q = x / (1f + 0.5f * x);
    float square = q * q;
    float series = 2.187641e-3f + square * 5.471091e-4f;
    series = 8.333302e-2f + square * (1.2506727e-2f + square * series);
    return q + q * square * series;
  }

  private static float magnitude(float x) {
    return TornadoMath.max(x, -x);
  }

  /**
   * One of ONNX' functions, by its code.
   *
   * @param kind 0 sigmoid, 1 tanh, 2 relu, 3 affine, 4 leaky relu, 5 thresholded relu, 6 scaled
   *     tanh, 7 hard sigmoid, 8 elu, 9 softsign, 10 softplus
   */
  public static float apply(int kind, float alpha, float beta, float x) {
    float magnitude = magnitude(x);
    return switch (kind) {
      case 0 -> sigmoid(x);
      case 1 -> tanh(x);
      case 2 -> TornadoMath.max(x, 0f);
      case 3 -> alpha * x + beta;
      case 4 -> x < 0f ? alpha * x : x;
      case 5 -> x > alpha ? x : 0f;
      case 6 -> alpha * tanh(beta * x);
      case 7 -> TornadoMath.min(TornadoMath.max(alpha * x + beta, 0f), 1f);
      case 8 -> x < 0f ? alpha * expm1(-magnitude) : x;
      case 9 -> x < -LARGE ? -1f : (x > LARGE ? 1f : x / (1f + magnitude));
      default -> TornadoMath.max(x, 0f) + log1p(TornadoMath.exp(-magnitude));
    };
  }

  /** The derivative of {@link #apply}. */
  public static float slope(int kind, float alpha, float beta, float x) {
    float line = alpha * x + beta;
    float magnitude = magnitude(x);
    float inverse = 1f / (1f + magnitude);
    return switch (kind) {
      case 0 -> sigmoidSlope(x);
      case 1 -> tanhSlope(x);
      case 2 -> x > 0f ? 1f : 0f;
      case 3 -> alpha;
      case 4 -> x < 0f ? alpha : 1f;
      case 5 -> x > alpha ? 1f : 0f;
      case 6 -> alpha * beta * tanhSlope(beta * x);
      case 7 -> line > 0f ? (line < 1f ? alpha : 0f) : 0f;
      case 8 -> x < 0f ? alpha * TornadoMath.exp(-magnitude) : 1f;
      case 9 -> inverse * inverse;
      default -> sigmoid(x);
    };
  }
}
