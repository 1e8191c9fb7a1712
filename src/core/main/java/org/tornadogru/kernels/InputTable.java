package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The part of the gates that does not depend on the state, {@code x W_i + b_i}, for every symbol: a
 * one-hot x picks one row of it.
 */
public final class InputTable {

  private InputTable() {}

  /** {@link #addBias} and its twins. */
  @FunctionalInterface
  public interface AddBias extends Task5<FloatArray, FloatArray, Integer, Integer, Integer> {
    @Override
    void apply(
        FloatArray parameters,
        FloatArray table,
        Integer inputAt,
        Integer vocabulary,
        Integer columns);
  }

  /**
   * Adds the bias to every row, once per execution instead of once per position.
   *
   * <pre>
   *   table[v] = W[v] + b
   * </pre>
   *
   * @param parameters at {@code inputAt} W and b, [vocabulary + 1][columns], row-major, the bias
   *     last
   * @param table out, [vocabulary][columns]
   * @param columns 3·hidden, gates r, z, n
   */
  public static void addBias(
      FloatArray parameters, FloatArray table, int inputAt, int vocabulary, int columns) {
    for (@Parallel int symbol = 0; symbol < vocabulary; symbol++) {
      for (@Parallel int column = 0; column < columns; column++) {
        table.set(
            symbol * columns + column,
            parameters.get(inputAt + symbol * columns + column)
                + parameters.get(inputAt + vocabulary * columns + column));
      }
    }
  }
}
