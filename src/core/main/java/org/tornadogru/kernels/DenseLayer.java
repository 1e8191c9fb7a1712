package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What a dense layer has behind its {@link LinearLayer}: an activation, any that gates have. */
public final class DenseLayer {

  private DenseLayer() {}

  /**
   * Values.
   *
   * <pre>
   *   y = f(a)
   * </pre>
   *
   * @param sums a, [positions][columns]
   * @param values out, y, [positions][columns]; 0 where columns are padding, whatever f(0) is
   * @param units columns that are not padding
   * @param kind f, like α and β as {@link Activation} has them
   */
  public static void activate(
      FloatArray sums,
      FloatArray values,
      int positions,
      int columns,
      int units,
      int kind,
      float alpha,
      float beta) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int at = position * columns + column;
        float value = Activation.apply(kind, alpha, beta, sums.get(at));
        values.set(at, column < units ? value : 0f);
      }
    }
  }

  /**
   * Gradient of the sums.
   *
   * <pre>
   *   da = dy ⊙ f'(a)
   * </pre>
   *
   * @param sums in and out, a, then da, [positions][columns]
   * @param valueGradients dy, [positions][columns]; where it is 0 nothing counts, and a may be
   *     anything
   */
  public static void activateBackward(
      FloatArray sums,
      FloatArray valueGradients,
      int positions,
      int columns,
      int kind,
      float alpha,
      float beta) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int at = position * columns + column;
        float gradient = valueGradients.get(at);
        float slope = Activation.slope(kind, alpha, beta, sums.get(at));
        sums.set(at, gradient == 0f ? 0f : gradient * slope);
      }
    }
  }
}
