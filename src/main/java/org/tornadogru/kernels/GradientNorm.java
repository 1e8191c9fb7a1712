package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Clipping by global norm: one norm over all parameters, one factor for all of them.
 *
 * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu et al. 2013, algorithm 1</a>
 */
public final class GradientNorm {

  private GradientNorm() {}

  /**
   * Sums the squares of one gradient, in {@code lanes} interleaved parts.
   *
   * @param gradient [size]
   * @param squares out, [arrays][lanes]; row {@code array} is written
   */
  public static void sumOfSquares(
      FloatArray gradient, FloatArray squares, int size, int array, int lanes) {
    for (@Parallel int lane = 0; lane < lanes; lane++) {
      float sum = 0f;
      int turns = (size - lane + lanes - 1) / lanes;
      for (int turn = 0; turn < turns; turn++) {
        float value = gradient.get(turn * lanes + lane);
        sum += value * value;
      }
      squares.set(array * lanes + lane, sum);
    }
  }

  /**
   * What the summed gradients are multiplied by: the mean over the targets, clipped.
   *
   * <pre>
   *   norm = √(Σ squares) / targets      factor = min(1, limit / norm) / targets
   * </pre>
   *
   * @param squares [count]
   * @param targets [1], what the gradients were summed over
   * @param factor out, [1]
   */
  public static void clipFactor(
      FloatArray squares, FloatArray targets, FloatArray factor, int count, float limit) {
    for (@Parallel int only = 0; only < 1; only++) {
      float sum = 0f;
      for (int index = 0; index < count; index++) {
        sum += squares.get(index);
      }
      float mean = 1f / targets.get(only);
      float norm = TornadoMath.sqrt(sum) * mean;
      factor.set(only, norm > limit ? mean * limit / norm : mean);
    }
  }
}
