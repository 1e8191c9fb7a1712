package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gradients of weights and biases: sums over every position of the batch.
 *
 * <p>There are few weights and many positions, so the positions are cut into slices that are summed
 * side by side, and the slices are added up afterwards: enough work-items for a wide device, a
 * working set that stays in cache on a narrow one, and an order of additions that never changes.
 */
public final class WeightGradients {

  private WeightGradients() {}

  /**
   * Gradient of {@code y = x W + b}.
   *
   * <pre>
   *   dW[k][j] = Σ_p x[p][k] · dy[p][j]      db[j] = Σ_p dy[p][j]
   * </pre>
   *
   * @param inputs x, [positions][rows]
   * @param gradients dy, [positions][columns]
   * @param partials out, [slices][rows + 1][columns], the bias last
   * @param sliceLength positions per slice; the last slice may be shorter
   */
  public static void affine(
      FloatArray inputs,
      FloatArray gradients,
      FloatArray partials,
      int positions,
      int rows,
      int columns,
      int slices,
      int sliceLength) {
    for (@Parallel int line = 0; line < slices * (rows + 1); line++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int slice = line / (rows + 1);
        int row = line - slice * (rows + 1);
        int from = slice * sliceLength;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        float sum = 0f;
        for (int position = from; position < to; position++) {
          float input = row < rows ? inputs.get(position * rows + row) : 1f;
          sum += input * gradients.get(position * columns + column);
        }
        partials.set(line * columns + column, sum);
      }
    }
  }

  /**
   * Gradient of the output layer, whose inputs are the states after each step.
   *
   * @param states [steps + 1][batch][hidden]; the inputs begin at row 1
   * @param logitGradients [positions][vocabulary]
   * @param partials out, [slices][hidden + 1][vocabulary], the bias last
   */
  public static void output(
      FloatArray states,
      FloatArray logitGradients,
      FloatArray partials,
      int positions,
      int batch,
      int hidden,
      int vocabulary,
      int slices,
      int sliceLength) {
    for (@Parallel int line = 0; line < slices * (hidden + 1); line++) {
      for (@Parallel int symbol = 0; symbol < vocabulary; symbol++) {
        int slice = line / (hidden + 1);
        int row = line - slice * (hidden + 1);
        int from = slice * sliceLength;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        float sum = 0f;
        for (int position = from; position < to; position++) {
          float input = row < hidden ? states.get((position + batch) * hidden + row) : 1f;
          sum += input * logitGradients.get(position * vocabulary + symbol);
        }
        partials.set(line * vocabulary + symbol, sum);
      }
    }
  }

  /**
   * Gradient of the recurrent weights when the reset gate acts before the product: the candidate's
   * input is q = r ⊙ h, the other gates' is h.
   *
   * @param states [steps + 1][batch][hidden]
   * @param gates r, z, n, q, [positions][4·hidden]
   * @param gateGradients dar, daz, dan, [positions][3·hidden]
   * @param partials out, [slices][hidden + 1][3·hidden], the bias last
   */
  public static void recurrentResetBefore(
      FloatArray states,
      FloatArray gates,
      FloatArray gateGradients,
      FloatArray partials,
      int positions,
      int hidden,
      int slices,
      int sliceLength) {
    for (@Parallel int line = 0; line < slices * (hidden + 1); line++) {
      for (@Parallel int column = 0; column < 3 * hidden; column++) {
        int slice = line / (hidden + 1);
        int row = line - slice * (hidden + 1);
        int from = slice * sliceLength;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        float sum = 0f;
        for (int position = from; position < to; position++) {
          float input = 1f;
          if (row < hidden) {
            if (column < 2 * hidden) {
              input = states.get(position * hidden + row);
            } else {
              input = gates.get(position * 4 * hidden + 3 * hidden + row);
            }
          }
          sum += input * gateGradients.get(position * 3 * hidden + column);
        }
        partials.set(line * 3 * hidden + column, sum);
      }
    }
  }

  /**
   * Gradient of {@link InputProjection#lookUp}: each position adds to the row of its token.
   *
   * <pre>
   *   dW[v] = Σ_{p: token[p] = v} dy[p]      db = Σ_p dy[p]
   * </pre>
   *
   * @param tokens [positions] or more; the gradient of a padded position must be 0
   * @param gradients dy, [positions][columns]
   * @param partials out, [slices][vocabulary + 1][columns], the bias last
   */
  public static void lookUp(
      IntArray tokens,
      FloatArray gradients,
      FloatArray partials,
      int positions,
      int vocabulary,
      int columns,
      int slices,
      int sliceLength) {
    for (@Parallel int slice = 0; slice < slices; slice++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int first = slice * (vocabulary + 1) * columns + column;
        int bias = first + vocabulary * columns;
        for (int row = 0; row < vocabulary; row++) {
          partials.set(first + row * columns, 0f);
        }
        int from = slice * sliceLength;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        float sum = 0f;
        for (int position = from; position < to; position++) {
          float gradient = gradients.get(position * columns + column);
          int token = tokens.get(position);
          int row = first + (token < 0 ? 0 : token) * columns;
          partials.set(row, partials.get(row) + gradient);
          sum += gradient;
        }
        partials.set(bias, sum);
      }
    }
  }

  /**
   * Adds up the slices.
   *
   * @param partials [slices][size]
   * @param gradient out, [size]
   */
  public static void sumSlices(FloatArray partials, FloatArray gradient, int slices, int size) {
    for (@Parallel int index = 0; index < size; index++) {
      float sum = 0f;
      for (int slice = 0; slice < slices; slice++) {
        sum += partials.get(slice * size + index);
      }
      gradient.set(index, sum);
    }
  }
}
