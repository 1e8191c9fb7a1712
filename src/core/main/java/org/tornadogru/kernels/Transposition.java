package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Transposed copies of weights: the backward pass multiplies by Wᵀ, along the other dimension. */
public final class Transposition {

  private Transposition() {}

  /** {@link #transpose} or a twin, made a task. */
  @FunctionalInterface
  public interface Transpose {

    /** Takes what {@link #transpose} does. */
    Launch launch(
        String id,
        FloatArray parameters,
        FloatArray transposed,
        int weightsAt,
        int rows,
        int columns);

    /** A twin that is a loop. */
    static Transpose loops(Task5<FloatArray, FloatArray, Integer, Integer, Integer> loop) {
      return (id, parameters, transposed, weightsAt, rows, columns) ->
          Launch.loop(
              columns,
              rows,
              new TaskPackage(id, loop, parameters, transposed, weightsAt, rows, columns));
    }
  }

  /**
   * Copies a matrix without its bias.
   *
   * @param parameters at {@code weightsAt} W in tiles, [columns / 16][rows + 1][16], the bias last
   * @param transposed out, Wᵀ in tiles, [rows / 16][columns][16]
   */
  public static void transpose(
      FloatArray parameters, FloatArray transposed, int weightsAt, int rows, int columns) {
    for (@Parallel int column = 0; column < columns; column++) {
      for (@Parallel int row = 0; row < rows; row++) {
        transposed.set(
            Tiles.at(column, row, columns),
            parameters.get(weightsAt + Tiles.at(row, column, rows + 1)));
      }
    }
  }
}
