package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A GRU over a whole sequence: one work-item per row of the batch, the time loop inside, since rows
 * are independent and a launch is dear. {@link GruCell} has the equations.
 *
 * <p>Both placements of the reset gate take
 *
 * <ul>
 *   <li>{@code tokens}: [steps][batch] or more, which row of the table is a position's input; a
 *       negative token is padding and reads row 0
 *   <li>{@code table}: input products plus input bias, [symbols][3·hidden], gates r, z, n
 *   <li>{@code parameters}: at {@code recurrentAt} the recurrent weights in tiles, [3·hidden /
 *       16][hidden + 1][16], the bias last
 *   <li>{@code initialState}: [batch][hidden]
 *   <li>{@code states}: out, [steps + 1][batch][hidden]; row 0 is the initial state
 *   <li>{@code gates}: out, r, z, n, q, [steps][batch][4·hidden] with a {@code gateStride} of
 *       batch·4·hidden floats from step to step; with 0, nothing is kept for a backward pass and
 *       the array is a workspace of [batch][4·hidden]
 * </ul>
 */
public final class GruForward {

  private GruForward() {}

  /** Reset gate after the recurrent product; q = h Wn + bn. */
  public static void resetAfter(
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride) {
    for (@Parallel int row = 0; row < batch; row++) {
      begin(initialState, states, row * hidden, hidden);
      for (int time = 0; time < steps; time++) {
        int position = time * batch + row;
        int token = tokens.get(position);
        GruCell.resetAfter(
            table,
            (token < 0 ? 0 : token) * 3 * hidden,
            parameters,
            recurrentAt,
            states,
            position * hidden,
            (position + batch) * hidden,
            gates,
            time * gateStride + row * 4 * hidden,
            hidden);
      }
    }
  }

  /** Reset gate before the recurrent product; q = r ⊙ h. */
  public static void resetBefore(
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride) {
    for (@Parallel int row = 0; row < batch; row++) {
      begin(initialState, states, row * hidden, hidden);
      for (int time = 0; time < steps; time++) {
        int position = time * batch + row;
        int token = tokens.get(position);
        GruCell.resetBefore(
            table,
            (token < 0 ? 0 : token) * 3 * hidden,
            parameters,
            recurrentAt,
            states,
            position * hidden,
            (position + batch) * hidden,
            gates,
            time * gateStride + row * 4 * hidden,
            hidden);
      }
    }
  }

  /** Row 0 of a row's states is its initial state. */
  static void begin(FloatArray initialState, FloatArray states, int rowAt, int hidden) {
    for (int unit = 0; unit < hidden; unit++) {
      states.set(rowAt + unit, initialState.get(rowAt + unit));
    }
  }
}
