package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One output from the two of a bidirectional layer. */
public final class Merging {

  private Merging() {}

  /**
   * Sum or mean.
   *
   * <pre>
   *   y = (f + b) · scale
   * </pre>
   *
   * @param joined f and b side by side, [rows][2·hidden]
   * @param merged out, [rows][hidden]
   */
  public static void add(FloatArray joined, FloatArray merged, int rows, int hidden, float scale) {
    for (@Parallel int row = 0; row < rows; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int at = row * 2 * hidden + unit;
        merged.set(row * hidden + unit, (joined.get(at) + joined.get(at + hidden)) * scale);
      }
    }
  }

  /**
   * Gradient of {@link #add}.
   *
   * @param mergedGradients [rows][hidden]
   * @param joinedGradients out, [rows][2·hidden]
   */
  public static void addBackward(
      FloatArray mergedGradients, FloatArray joinedGradients, int rows, int hidden, float scale) {
    for (@Parallel int row = 0; row < rows; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int at = row * 2 * hidden + unit;
        float gradient = mergedGradients.get(row * hidden + unit) * scale;
        joinedGradients.set(at, gradient);
        joinedGradients.set(at + hidden, gradient);
      }
    }
  }

  /**
   * Product, element by element.
   *
   * <pre>
   *   y = f ⊙ b
   * </pre>
   *
   * @param joined f and b side by side, [rows][2·hidden]
   * @param merged out, [rows][hidden]
   */
  public static void multiply(FloatArray joined, FloatArray merged, int rows, int hidden) {
    for (@Parallel int row = 0; row < rows; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int at = row * 2 * hidden + unit;
        merged.set(row * hidden + unit, joined.get(at) * joined.get(at + hidden));
      }
    }
  }

  /**
   * Gradient of {@link #multiply}.
   *
   * <pre>
   *   df = dy ⊙ b      db = dy ⊙ f
   * </pre>
   *
   * @param mergedGradients dy, [rows][hidden]
   * @param joined f and b, [rows][2·hidden]
   * @param joinedGradients out, [rows][2·hidden]
   */
  public static void multiplyBackward(
      FloatArray mergedGradients,
      FloatArray joined,
      FloatArray joinedGradients,
      int rows,
      int hidden) {
    for (@Parallel int row = 0; row < rows; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int at = row * 2 * hidden + unit;
        float gradient = mergedGradients.get(row * hidden + unit);
        joinedGradients.set(at, gradient * joined.get(at + hidden));
        joinedGradients.set(at + hidden, gradient * joined.get(at));
      }
    }
  }
}
