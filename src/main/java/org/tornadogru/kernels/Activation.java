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
}
