package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Squared error of a regression, and its gradient; {@link CrossEntropy#mean} makes the mean. */
public final class SquaredError {

  private SquaredError() {}

  /**
   * Turns the outputs into their gradient, in place.
   *
   * <pre>
   *   loss[p] = Σ_j (y[p][j] − target[p][j])² / J      dy = 2 (y − target) / J
   * </pre>
   *
   * @param outputs in and out, [positions][columns]; what pads them gets gradient 0
   * @param targets [positions][columns]
   * @param counted [positions]; where it is negative there is neither loss nor gradient
   * @param losses out, [positions]
   * @param size J, outputs without padding
   * @param columns J, padded to whole tiles
   */
  public static void difference(
      FloatArray outputs,
      FloatArray targets,
      IntArray counted,
      FloatArray losses,
      int positions,
      int size,
      int columns) {
    for (@Parallel int position = 0; position < positions; position++) {
      float weight = counted.get(position) < 0 ? 0f : 1f / size;
      float sum = 0f;
      for (int column = 0; column < columns; column++) {
        int at = position * columns + column;
        float difference = column < size ? outputs.get(at) - targets.get(at) : 0f;
        sum += difference * difference;
        outputs.set(at, 2f * weight * difference);
      }
      losses.set(position, weight * sum);
    }
  }
}
