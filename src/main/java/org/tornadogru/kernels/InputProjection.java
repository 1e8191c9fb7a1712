package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The part of the gates that does not depend on the state: {@code x W_i + b_i}. */
public final class InputProjection {

  private InputProjection() {}

  /**
   * Input products of token ids: a row lookup, since a one-hot x picks one row of W.
   *
   * <pre>
   *   projected[p] = W[token[p]] + b
   * </pre>
   *
   * @param tokens ids, [positions] or more; a negative id is padding and reads row 0
   * @param weights [vocabulary + 1][columns], the bias last
   * @param projected out, [positions][columns]
   * @param columns 3·hidden
   */
  public static void lookUp(
      IntArray tokens,
      FloatArray weights,
      FloatArray projected,
      int positions,
      int vocabulary,
      int columns) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int token = tokens.get(position);
        int row = token < 0 ? 0 : token;
        projected.set(
            position * columns + column,
            weights.get(row * columns + column) + weights.get(vocabulary * columns + column));
      }
    }
  }

  /**
   * Input products of dense inputs.
   *
   * <pre>
   *   projected[p] = x[p] W + b
   * </pre>
   *
   * @param inputs [positions][features]
   * @param weights [features + 1][columns], the bias last
   * @param projected out, [positions][columns]
   * @param columns 3·hidden
   */
  public static void dense(
      FloatArray inputs,
      FloatArray weights,
      FloatArray projected,
      int positions,
      int features,
      int columns) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        float sum = weights.get(features * columns + column);
        for (int feature = 0; feature < features; feature++) {
          sum +=
              inputs.get(position * features + feature) * weights.get(feature * columns + column);
        }
        projected.set(position * columns + column, sum);
      }
    }
  }
}
