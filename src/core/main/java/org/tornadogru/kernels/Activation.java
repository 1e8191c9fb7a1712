package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/** The gates' activation functions, inlined into the kernels that call them. */
public final class Activation {

  /** Beyond ±30 σ differs from 0 or 1 by less than a float can show next to 1. */
  private static final float SATURATION = 30f;

  private Activation() {}

  /**
   * {@code σ(x) = 1 / (1 + exp(−x))}, clamped: devices compile with fast maths, without infinity.
   */
  public static float sigmoid(float x) {
    float clamped = TornadoMath.max(-SATURATION, TornadoMath.min(SATURATION, x));
    return 1f / (1f + TornadoMath.exp(-clamped));
  }

  /** {@code tanh(x) = 2 σ(2x) − 1}: PTX's own tanh is approximate. */
  public static float tanh(float x) {
    return 2f * sigmoid(2f * x) - 1f;
  }

  /**
   * One of ONNX' functions, by its code.
   *
   * @param kind 0 sigmoid, 1 tanh, 2 relu, 3 affine, 4 leaky relu, 5 thresholded relu, 6 scaled
   *     tanh, 7 hard sigmoid, 8 elu, 9 softsign, 10 softplus
   */
  public static float apply(int kind, float alpha, float beta, float x) {
    float magnitude = TornadoMath.max(x, -x);
    return switch (kind) {
      case 0 -> sigmoid(x);
      case 1 -> tanh(x);
      case 2 -> TornadoMath.max(x, 0f);
      case 3 -> alpha * x + beta;
      case 4 -> x < 0f ? alpha * x : x;
      case 5 -> x > alpha ? x : 0f;
      case 6 -> alpha * tanh(beta * x);
      case 7 -> TornadoMath.min(TornadoMath.max(alpha * x + beta, 0f), 1f);
      case 8 -> x < 0f ? alpha * (TornadoMath.exp(-magnitude) - 1f) : x;
      case 9 -> x / (1f + magnitude);
      default -> TornadoMath.max(x, 0f) + TornadoMath.log(1f + TornadoMath.exp(-magnitude));
    };
  }

  /**
   * The derivative of {@link #apply}.
   *
   * @param y the function's value at x
   */
  public static float slope(int kind, float alpha, float beta, float x, float y) {
    float magnitude = TornadoMath.max(x, -x);
    float line = alpha * x + beta;
    float inner = tanh(beta * x);
    return switch (kind) {
      case 0 -> y * (1f - y);
      case 1 -> 1f - y * y;
      case 2 -> x > 0f ? 1f : 0f;
      case 3 -> alpha;
      case 4 -> x < 0f ? alpha : 1f;
      case 5 -> x > alpha ? 1f : 0f;
      case 6 -> alpha * beta * (1f - inner * inner);
      case 7 -> line > 0f ? (line < 1f ? alpha : 0f) : 0f;
      case 8 -> x < 0f ? y + alpha : 1f;
      case 9 -> 1f / ((1f + magnitude) * (1f + magnitude));
      default -> sigmoid(x);
    };
  }
}
