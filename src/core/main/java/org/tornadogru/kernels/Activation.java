package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * Activation functions, inlined into the kernels that call them.
 *
 * <p>Bounds that hold for all sets of kernels, and for every float: a value is off by at most 4e-7
 * of itself, near 0 and in the tails as well, and beside that by what rounding αx + β costs; σ
 * stays in [0, 1], tanh in [−1, 1]. A slope is off by (1 + |x|) · 4e-7 of itself; those of σ and
 * tanh that the usual cell makes of the values it keeps, {@code y (1 − y)} and {@code 1 − y²}, by
 * at most 1e-6. What is below 1e-37 may be off by that much: it may be held above 0, or flushed to
 * it.
 *
 * <p>That is with exp right to the last digit, as on the plain JVM. A device adds what its exp is
 * off by: a few units in the last place, and {@code |x| · 1e-7} where fast maths computes it as a
 * power of 2.
 */
public final class Activation {

  /** Where exp is still a normal float, and its inverse as well. */
  private static final float SATURATION = 87f;

  /** Up to where tanh is a quotient; from here on it is 1. */
  public static final float TANH_LIMIT = 8.4f;

  public static final float A1 = 0.13422124f;
  public static final float A2 = 0.0035445974f;
  public static final float A3 = 2.1427295e-5f;
  public static final float A4 = 1.4521267e-8f;
  public static final float B1 = 0.4675545f;
  public static final float B2 = 0.026062885f;
  public static final float B3 = 0.00033662328f;
  public static final float B4 = 8.2464055e-7f;

  /** From here on {@code 1 + |x|} is {@code |x|}, and far below where it is infinite. */
  private static final float LARGE = 0x1p60f;

  private Activation() {}

  /** {@code σ(x) = 1 / (1 + exp(−x))}; from −87 on down it stays at 1.6e-38. */
  public static float sigmoid(float x) {
    return 1f / (1f + decay(x));
  }

  /** {@code exp(−x)}, as far as it and its inverse are normal floats. */
  public static float decay(float x) {
    return TornadoMath.exp(TornadoMath.min(-x, SATURATION));
  }

  /**
   * {@code tanh(x) = x (1 + a₁x² + … + a₄x⁸) / (1 + b₁x² + … + b₄x⁸)}, fitted for the least
   * relative error: PTX's own tanh is approximate, and what is made of exp loses its digits near 0.
   */
  public static float tanh(float x) {
    float bounded = between(x, TANH_LIMIT);
    float square = bounded * bounded;
    float above = A1 + square * (A2 + square * (A3 + square * A4));
    float below = B1 + square * (B2 + square * (B3 + square * B4));
    return between(bounded * (1f + square * above) / (1f + square * below), 1f);
  }

  /** What is nearest to x from −limit to limit. */
  public static float between(float x, float limit) {
    return TornadoMath.max(-limit, TornadoMath.min(limit, x));
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

  /**
   * One of ONNX' functions, by its code. TornadoVM refuses to inline much: there is one tanh for
   * all that have one, ELU's being {@code exp(x) − 1 = 2t / (1 − t)} with {@code t = tanh(x / 2)}.
   *
   * @param kind 0 sigmoid, 1 tanh, 2 relu, 3 affine, 4 leaky relu, 5 thresholded relu, 6 scaled
   *     tanh, 7 hard sigmoid, 8 elu, 9 softsign, 10 softplus
   */
  public static float apply(int kind, float alpha, float beta, float x) {
    float bounded = between(x, LARGE);
    float magnitude = magnitude(bounded);
    float t = tanh(kind == 6 ? beta * x : (kind == 8 ? 0.5f * x : x));
    return switch (kind) {
      case 0 -> sigmoid(x);
      case 1 -> t;
      case 2 -> TornadoMath.max(x, 0f);
      case 3 -> alpha * x + beta;
      case 4 -> x < 0f ? alpha * x : x;
      case 5 -> x > alpha ? x : 0f;
      case 6 -> alpha * t;
      case 7 -> TornadoMath.min(TornadoMath.max(alpha * x + beta, 0f), 1f);
      case 8 -> x < 0f ? alpha * (t + t) / (1f - t) : x;
      case 9 -> bounded / (1f + magnitude);
      default -> TornadoMath.max(x, 0f) + log1p(TornadoMath.exp(-magnitude));
    };
  }

  /**
   * The derivative of {@link #apply}; {@code σ'(x) = σ(x) σ(−x)} and {@code tanh'(x) = 4 σ'(2x)}.
   */
  public static float slope(int kind, float alpha, float beta, float x) {
    float line = alpha * x + beta;
    float magnitude = magnitude(x);
    float inverse = 1f / (1f + magnitude);
    float argument = kind == 1 ? x + x : (kind == 6 ? 2f * beta * x : x);
    float sigmoid = sigmoid(argument);
    float bell = sigmoid * sigmoid(-argument);
    return switch (kind) {
      case 0 -> bell;
      case 1 -> 4f * bell;
      case 2 -> x > 0f ? 1f : 0f;
      case 3 -> alpha;
      case 4 -> x < 0f ? alpha : 1f;
      case 5 -> x > alpha ? 1f : 0f;
      case 6 -> 4f * alpha * beta * bell;
      case 7 -> line > 0f ? (line < 1f ? alpha : 0f) : 0f;
      case 8 -> x < 0f ? alpha * TornadoMath.exp(-magnitude) : 1f;
      case 9 -> inverse * inverse;
      default -> sigmoid;
    };
  }

  private static float magnitude(float x) {
    return TornadoMath.max(x, -x);
  }
}
