package org.tornadogru.kernels;

import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A linear layer over many positions at once: the input products of a GRU layer over dense inputs,
 * and the outputs of a model.
 */
public final class LinearLayer {

  private LinearLayer() {}

  /** {@link #linear} or a twin, made a task. */
  @FunctionalInterface
  public interface Linear {

    /** Takes what {@link #linear} does; several tasks in their order. */
    List<Launch> launch(
        String id,
        FloatArray inputs,
        FloatArray parameters,
        FloatArray outputs,
        int weightsAt,
        int positions,
        int first,
        int rows,
        int columns);

    /** A twin that is a loop. */
    static Linear loops(
        Task8<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer, Integer>
            loop) {
      return (id, inputs, parameters, outputs, weightsAt, positions, first, rows, columns) ->
          List.of(
              Launch.loop(
                  positions,
                  columns,
                  new TaskPackage(
                      id,
                      loop,
                      inputs,
                      parameters,
                      outputs,
                      weightsAt,
                      positions,
                      first,
                      rows,
                      columns)));
    }
  }

  /**
   * Outputs.
   *
   * <pre>
   *   y[p] = x[first + p] W + b
   * </pre>
   *
   * @param inputs x, [first + positions][rows]
   * @param parameters at {@code weightsAt} W and b in tiles, [columns / 16][rows + 1][16]
   * @param outputs out, y, [positions][columns]
   * @param first inputs to leave out: a walk's states have the initial ones in front
   * @param rows features of an input, padded to whole tiles
   * @param columns features of an output, padded to whole tiles
   */
  public static void linear(
      FloatArray inputs,
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int positions,
      int first,
      int rows,
      int columns) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        outputs.set(
            position * columns + column,
            output(inputs, (first + position) * rows, parameters, weightsAt, column, rows));
      }
    }
  }

  /**
   * One column of {@code x W + b}, inlined.
   *
   * @param inputs x, [rows] from {@code inputAt} on
   */
  public static float output(
      FloatArray inputs, int inputAt, FloatArray parameters, int weightsAt, int column, int rows) {
    int weightAt = weightsAt + Tiles.at(0, column, rows + 1);
    float sum = parameters.get(weightAt + rows * Tiles.LANES);
    for (int k = 0; k < rows; k++) {
      sum += inputs.get(inputAt + k) * parameters.get(weightAt + k * Tiles.LANES);
    }
    return sum;
  }

  /** All columns of it, inlined: y is [columns] from {@code outputAt} on. */
  static void outputs(
      FloatArray inputs,
      int inputAt,
      FloatArray parameters,
      int weightsAt,
      FloatArray outputs,
      int outputAt,
      int rows,
      int columns) {
    for (int column = 0; column < columns; column++) {
      outputs.set(outputAt + column, output(inputs, inputAt, parameters, weightsAt, column, rows));
    }
  }

  /** {@link #linearBackward} or a twin, made a task. */
  @FunctionalInterface
  public interface LinearBackward {

    /** Takes what {@link #linearBackward} does; several tasks in their order. */
    List<Launch> launch(
        String id,
        FloatArray outputGradients,
        FloatArray transposed,
        FloatArray inputGradients,
        int positions,
        int rows,
        int columns,
        int stride);

    /** A twin that is a loop. */
    static LinearBackward loops(
        Task7<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer> loop) {
      return (id, outputGradients, transposed, inputGradients, positions, rows, columns, stride) ->
          List.of(
              Launch.loop(
                  positions,
                  rows,
                  new TaskPackage(
                      id,
                      loop,
                      outputGradients,
                      transposed,
                      inputGradients,
                      positions,
                      rows,
                      columns,
                      stride)));
    }
  }

  /**
   * Gradient of the inputs.
   *
   * <pre>
   *   dx[p] = dy[p] Wᵀ
   * </pre>
   *
   * @param outputGradients dy of position p is [columns] at {@code p · stride}
   * @param transposed Wᵀ in tiles, [rows / 16][columns][16]
   * @param inputGradients out, dx, [positions][rows]
   */
  public static void linearBackward(
      FloatArray outputGradients,
      FloatArray transposed,
      FloatArray inputGradients,
      int positions,
      int rows,
      int columns,
      int stride) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int row = 0; row < rows; row++) {
        int gradientAt = position * stride;
        int weightAt = Tiles.at(0, row, columns);
        float sum = 0f;
        for (int column = 0; column < columns; column++) {
          sum +=
              outputGradients.get(gradientAt + column)
                  * transposed.get(weightAt + column * Tiles.LANES);
        }
        inputGradients.set(position * rows + row, sum);
      }
    }
  }
}
