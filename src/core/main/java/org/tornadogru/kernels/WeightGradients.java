package org.tornadogru.kernels;

import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gradients of weights and biases: sums over every position of the batch.
 *
 * <p>There are few weights and many positions, so the positions are cut into slices that are summed
 * side by side, and {@link GradientDescent#combine} adds up the slices: enough work-items for a
 * wide device, a working set that stays in cache on a narrow one, and an order of additions that
 * never changes.
 */
public final class WeightGradients {

  private WeightGradients() {}

  /** {@link #affine} or a twin, made a task. */
  @FunctionalInterface
  public interface Affine {

    /** Takes what {@link #affine} does; several tasks in their order. */
    List<Launch> launch(
        String id,
        FloatArray inputs,
        FloatArray gradients,
        FloatArray partials,
        int inputsAt,
        int inputStride,
        int gradientsAt,
        int gradientStride,
        int partialsAt,
        int size,
        int positions,
        int rows,
        int columns,
        int slices,
        int sliceLength);

    /** A twin that is a loop. */
    static Affine loops(
        Task14<
                FloatArray,
                FloatArray,
                FloatArray,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer>
            loop) {
      return (id,
          inputs,
          gradients,
          partials,
          inputsAt,
          inputStride,
          gradientsAt,
          gradientStride,
          partialsAt,
          size,
          positions,
          rows,
          columns,
          slices,
          sliceLength) ->
          List.of(
              Launch.loop(
                  slices * (rows + 1),
                  columns,
                  new TaskPackage(
                      id,
                      loop,
                      inputs,
                      gradients,
                      partials,
                      inputsAt,
                      inputStride,
                      gradientsAt,
                      gradientStride,
                      partialsAt,
                      size,
                      positions,
                      rows,
                      columns,
                      slices,
                      sliceLength)));
    }
  }

  /**
   * Gradient of {@code y = x W + b}, for a block of columns.
   *
   * <pre>
   *   dW[k][j] = Σ_p x[p][k] · dy[p][j]      db[j] = Σ_p dy[p][j]
   * </pre>
   *
   * @param inputs x of position p is [rows] at {@code inputsAt + p · inputStride}
   * @param gradients dy of position p is [columns] at {@code gradientsAt + p · gradientStride}
   * @param partials out, [slices] of {@code size} floats; in each at {@code partialsAt} dW and db
   *     in tiles, [columns / 16][rows + 1][16]
   * @param sliceLength positions per slice; the last slices may be shorter or empty
   */
  public static void affine(
      FloatArray inputs,
      FloatArray gradients,
      FloatArray partials,
      int inputsAt,
      int inputStride,
      int gradientsAt,
      int gradientStride,
      int partialsAt,
      int size,
      int positions,
      int rows,
      int columns,
      int slices,
      int sliceLength) {
    for (@Parallel int line = 0; line < slices * (rows + 1); line++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int slice = line / (rows + 1);
        int row = line - slice * (rows + 1);
        int begin = slice * sliceLength;
        int from = begin < positions ? begin : positions;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        float sum = 0f;
        for (int position = from; position < to; position++) {
          float input = row < rows ? inputs.get(inputsAt + position * inputStride + row) : 1f;
          sum += input * gradients.get(gradientsAt + position * gradientStride + column);
        }
        partials.set(slice * size + partialsAt + Tiles.at(row, column, rows + 1), sum);
      }
    }
  }

  /** {@link #lookUp} or a twin, made a task. */
  @FunctionalInterface
  public interface LookUp {

    /** Takes what {@link #lookUp} does. */
    Launch launch(
        String id,
        IntArray tokens,
        FloatArray gateGradients,
        FloatArray partials,
        int partialsAt,
        int size,
        int positions,
        int vocabulary,
        int hidden,
        int slices,
        int sliceLength);

    /** A twin that is a loop. */
    static LookUp loops(
        Task10<
                IntArray,
                FloatArray,
                FloatArray,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer>
            loop) {
      return (id,
          tokens,
          gateGradients,
          partials,
          partialsAt,
          size,
          positions,
          vocabulary,
          hidden,
          slices,
          sliceLength) ->
          Launch.loop(
              slices,
              3 * hidden,
              new TaskPackage(
                  id,
                  loop,
                  tokens,
                  gateGradients,
                  partials,
                  partialsAt,
                  size,
                  positions,
                  vocabulary,
                  hidden,
                  slices,
                  sliceLength));
    }
  }

  /**
   * Gradient of the input weights: each position adds to the row of its token.
   *
   * <pre>
   *   dW[v] = Σ_{p: token[p] = v} dy[p]      db = Σ_p dy[p]
   * </pre>
   *
   * @param tokens [positions] or more; the gradient of a padded position must be 0
   * @param gateGradients dy are the first three of four: dar, daz, dan, [positions][4·hidden]
   * @param partials out, [slices] of {@code size} floats; in each at {@code partialsAt} dW and db,
   *     [vocabulary + 1][3·hidden], row-major
   */
  public static void lookUp(
      IntArray tokens,
      FloatArray gateGradients,
      FloatArray partials,
      int partialsAt,
      int size,
      int positions,
      int vocabulary,
      int hidden,
      int slices,
      int sliceLength) {
    for (@Parallel int slice = 0; slice < slices; slice++) {
      for (@Parallel int column = 0; column < 3 * hidden; column++) {
        int columns = 3 * hidden;
        int first = slice * size + partialsAt + column;
        for (int row = 0; row < vocabulary; row++) {
          partials.set(first + row * columns, 0f);
        }
        int begin = slice * sliceLength;
        int from = begin < positions ? begin : positions;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        float sum = 0f;
        for (int position = from; position < to; position++) {
          float gradient = gateGradients.get(position * 4 * hidden + column);
          int token = tokens.get(position);
          int row = first + (token < 0 ? 0 : token) * columns;
          partials.set(row, partials.get(row) + gradient);
          sum += gradient;
        }
        partials.set(first + vocabulary * columns, sum);
      }
    }
  }

  /**
   * Leaves a bias out of the training: its gradient becomes 0.
   *
   * @param partials in and out, [slices] of {@code size} floats
   * @param biasAt where the first 16 values of the bias begin in each
   * @param stride floats from 16 values to the next 16
   */
  public static void freezeBias(
      FloatArray partials, int biasAt, int stride, int size, int columns, int slices) {
    for (@Parallel int slice = 0; slice < slices; slice++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int at = biasAt + column / Tiles.LANES * stride + column % Tiles.LANES;
        partials.set(slice * size + at, 0f);
      }
    }
  }
}
