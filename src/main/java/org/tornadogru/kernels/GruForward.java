package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A GRU over a whole sequence: one work-item per row of the batch, the time loop inside, since rows
 * are independent and a launch is dear. {@link GruCell} has the equations.
 *
 * <p>Both placements of the reset gate take
 *
 * <ul>
 *   <li>{@code projected}: input products plus input bias, [steps][batch][3·hidden], gates r, z, n
 *   <li>{@code weights}: recurrent weights, [hidden + 1][3·hidden], the bias last
 *   <li>{@code states}: [steps + 1][batch][hidden]; row t is read, row t + 1 is written
 *   <li>{@code gates}: out, kept for the backward pass, [steps][batch][4·hidden]: r, z, n, q
 * </ul>
 */
public final class GruForward {

  private GruForward() {}

  /**
   * Makes the initial state the first row of the states.
   *
   * @param initialState [batch][hidden], {@code size} values
   * @param states out, [steps + 1][batch][hidden]; row 0 is written
   */
  public static void begin(FloatArray initialState, FloatArray states, int size) {
    for (@Parallel int index = 0; index < size; index++) {
      states.set(index, initialState.get(index));
    }
  }

  /** Reset gate after the recurrent product; q = h Wn + bn. */
  public static void resetAfter(
      FloatArray projected,
      FloatArray weights,
      FloatArray states,
      FloatArray gates,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (int time = 0; time < steps; time++) {
        int position = time * batch + row;
        GruCell.resetAfter(
            projected,
            position * 3 * hidden,
            weights,
            states,
            position * hidden,
            (position + batch) * hidden,
            gates,
            position * 4 * hidden,
            hidden);
      }
    }
  }

  /** Reset gate before the recurrent product; q = r ⊙ h. */
  public static void resetBefore(
      FloatArray projected,
      FloatArray weights,
      FloatArray states,
      FloatArray gates,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (int time = 0; time < steps; time++) {
        int position = time * batch + row;
        GruCell.resetBefore(
            projected,
            position * 3 * hidden,
            weights,
            states,
            position * hidden,
            (position + batch) * hidden,
            gates,
            position * 4 * hidden,
            hidden);
      }
    }
  }
}
