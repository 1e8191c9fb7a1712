package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Stochastic gradient descent. */
public final class GradientDescent {

  private GradientDescent() {}

  /**
   * One update of one array of weights.
   *
   * <pre>
   *   w ← w − η · factor · dw
   * </pre>
   *
   * @param weights in and out, [size]
   * @param gradient [size]
   * @param factor [1], from {@link GradientNorm#clipFactor}
   */
  public static void descend(
      FloatArray weights, FloatArray gradient, FloatArray factor, int size, float learningRate) {
    for (@Parallel int index = 0; index < size; index++) {
      weights.set(index, weights.get(index) - learningRate * factor.get(0) * gradient.get(index));
    }
  }
}
