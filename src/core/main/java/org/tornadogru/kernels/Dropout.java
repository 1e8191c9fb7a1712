package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Dropout: multipliers that are 0 with probability p, otherwise {@code 1 / (1 − p)}, drawn on the
 * device anew in each execution.
 *
 * @see <a href="https://jmlr.org/papers/v15/srivastava14a.html">Srivastava et al. 2014</a>
 * @see <a href="https://arxiv.org/abs/1512.05287">Gal and Ghahramani 2015, for one mask per
 *     sequence</a>
 */
public final class Dropout {

  private Dropout() {}

  /**
   * Draws multipliers. The same seed and execution give the same ones on every device.
   *
   * @param draw [2]: the seed, the number of the execution
   * @param multipliers out, [size]
   * @param stream which of a model's masks
   */
  public static void draw(
      IntArray draw, FloatArray multipliers, int stream, int size, float probability) {
    for (@Parallel int index = 0; index < size; index++) {
      float uniform = Philox.uniformFloat(index, draw.get(1), draw.get(0) + stream * 0x3C6EF372);
      multipliers.set(index, uniform < probability ? 0f : 1f / (1f - probability));
    }
  }

  /**
   * Multiplies by a mask, in the forward pass and in the backward pass.
   *
   * <pre>
   *   y[p] = m[p mod rows] ⊙ x[p]
   * </pre>
   *
   * @param inputs x, [positions][columns] from row {@code first} on
   * @param multipliers m, [rows][columns]; with as many rows as the batch, the steps of a sequence
   *     share them
   * @param outputs out, [positions][columns]; may be the inputs
   */
  public static void multiply(
      FloatArray inputs,
      FloatArray multipliers,
      FloatArray outputs,
      int first,
      int positions,
      int columns,
      int rows) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        float multiplier = multipliers.get(position % rows * columns + column);
        outputs.set(
            position * columns + column,
            multiplier * inputs.get((first + position) * columns + column));
      }
    }
  }
}
