package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.load;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twins of the backward half of {@link org.tornadogru.kernels.Arrangement}, which has the
 * arguments: a row of the batch at a time, whose vectors are whole in memory.
 */
final class SimdArrangement {

  private SimdArrangement() {}

  static void arrangeBackward(
      FloatArray arrangedGradients,
      IntArray visited,
      FloatArray inputGradients,
      int steps,
      int batch,
      int columns,
      int added) {
    Floats from = Floats.of(arrangedGradients);
    Floats to = Floats.of(inputGradients);
    Cores.ALL.split(
        batch,
        1,
        (fromRow, toRow, workspace) -> {
          for (int row = fromRow; row < toRow; row++) {
            if (added == 0) {
              clear(to, row, steps, batch, columns);
            }
            for (int time = 0; time < steps; time++) {
              int position = time * batch + row;
              int into = visited.get(position);
              if (into >= 0) {
                add(from, position * columns, to, into * columns, columns);
              }
            }
          }
        });
  }

  static void collectBackward(
      FloatArray outputGradients,
      FloatArray finalGradients,
      IntArray shown,
      FloatArray stateGradients,
      int at,
      int columns,
      int steps,
      int batch,
      int hidden) {
    Floats outputs = Floats.of(outputGradients);
    Floats finals = Floats.of(finalGradients);
    Floats states = Floats.of(stateGradients);
    Cores.ALL.split(
        batch,
        1,
        (fromRow, toRow, workspace) -> {
          for (int row = fromRow; row < toRow; row++) {
            clear(states, row, steps, batch, hidden);
            for (int time = 0; time < steps; time++) {
              int position = time * batch + row;
              int state = shown.get(position) - batch;
              if (state >= 0) {
                add(outputs, position * columns + at, states, state * hidden, hidden);
              }
            }
            int last = shown.get(steps * batch + row) - batch;
            if (last >= 0) {
              add(finals, row * columns + at, states, last * hidden, hidden);
            }
          }
        });
  }

  /** Zeros in all steps of a row. */
  private static void clear(Floats array, int row, int steps, int batch, int columns) {
    for (int time = 0; time < steps; time++) {
      int at = array.at() + (time * batch + row) * columns;
      Arrays.fill(array.array(), at, at + columns, 0f);
    }
  }

  private static void add(Floats from, int fromAt, Floats to, int toAt, int columns) {
    for (int column = 0; column < columns; column += Vectors.LENGTH) {
      load(to.array(), to.at() + toAt + column)
          .add(load(from.array(), from.at() + fromAt + column))
          .intoArray(to.array(), to.at() + toAt + column);
    }
  }
}
