package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The order in which a walk visits the steps of a sequence.
 *
 * <p>A walk that is reversed, or that leaves out masked steps, is an ordinary walk over inputs that
 * were put into its order. So the recurrent kernels know neither directions nor masks; two tables
 * of indices do:
 *
 * <ul>
 *   <li>{@code visited}: the position t · batch + row of the input that the walk takes at a step,
 *       [steps][batch]; −1 after the last one
 *   <li>{@code shown}: the row s · batch + row of the walk's states that is the output of a step,
 *       [steps][batch], −1 for zeros; then the row of the final state, [batch]. Row 0 to batch − 1
 *       are initial states.
 * </ul>
 */
public final class Arrangement {

  /** One implementation of what carries gradients back through the order. */
  public record Backward(ArrangeBackward arrange, CollectBackward collect) {

    /** Plain loops. */
    public static final Backward ANNOTATED =
        new Backward(Arrangement::arrangeBackward, Arrangement::collectBackward);
  }

  /** {@link #arrangeBackward} and its twins. */
  @FunctionalInterface
  public interface ArrangeBackward
      extends Task7<FloatArray, IntArray, FloatArray, Integer, Integer, Integer, Integer> {}

  /** {@link #collectBackward} and its twins. */
  @FunctionalInterface
  public interface CollectBackward
      extends Task9<
          FloatArray,
          FloatArray,
          IntArray,
          FloatArray,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer> {}

  private Arrangement() {}

  /**
   * Inputs in the order of a walk.
   *
   * <pre>
   *   y[s] = x[visited[s]]      0 where there is none
   * </pre>
   *
   * @param inputs [positions][columns] from row {@code first} on
   * @param visited [positions]
   * @param arranged out, [positions][columns]
   */
  public static void arrange(
      FloatArray inputs,
      IntArray visited,
      FloatArray arranged,
      int first,
      int positions,
      int columns) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int from = visited.get(position);
        int row = from < 0 ? 0 : from;
        float value = inputs.get((first + row) * columns + column);
        arranged.set(position * columns + column, from < 0 ? 0f : value);
      }
    }
  }

  /**
   * Gradient of the inputs of a walk, added to that of the other walk.
   *
   * <pre>
   *   dx[visited[s]] += dy[s]
   * </pre>
   *
   * @param arrangedGradients dy, [steps][batch][columns]
   * @param visited [steps][batch]
   * @param inputGradients in and out, dx, [steps][batch][columns]
   * @param added 1 to add to what is there, 0 to begin with zeros
   */
  public static void arrangeBackward(
      FloatArray arrangedGradients,
      IntArray visited,
      FloatArray inputGradients,
      int steps,
      int batch,
      int columns,
      int added) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (@Parallel int column = 0; column < columns; column++) {
        if (added == 0) {
          for (int time = 0; time < steps; time++) {
            inputGradients.set((time * batch + row) * columns + column, 0f);
          }
        }
        for (int time = 0; time < steps; time++) {
          int to = visited.get(time * batch + row);
          if (to >= 0) {
            int at = to * columns + column;
            float gradient = arrangedGradients.get((time * batch + row) * columns + column);
            inputGradients.set(at, inputGradients.get(at) + gradient);
          }
        }
      }
    }
  }

  /**
   * The outputs of a walk in the order of the input, and its final states, beside those of the
   * other walk.
   *
   * <pre>
   *   y[t] = h[shown[t]]      0 where there is none
   * </pre>
   *
   * @param states h, [steps + 1][batch][hidden]
   * @param shown [steps + 1][batch], the last row for the final states
   * @param outputs out, [steps · batch][columns], {@code hidden} of them from {@code at} on
   * @param finals out, [batch][columns], likewise
   */
  public static void collect(
      FloatArray states,
      IntArray shown,
      FloatArray outputs,
      FloatArray finals,
      int at,
      int columns,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int position = 0; position < (steps + 1) * batch; position++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int from = shown.get(position);
        int row = from < 0 ? 0 : from;
        float value = states.get(row * hidden + unit);
        int beyond = position - steps * batch;
        if (beyond < 0) {
          outputs.set(position * columns + at + unit, from < 0 ? 0f : value);
        } else {
          finals.set(beyond * columns + at + unit, value);
        }
      }
    }
  }

  /**
   * The final states alone, of a walk that takes every step.
   *
   * @param states [steps + 1][batch][hidden]
   * @param finals out, [batch][hidden]
   */
  public static void copyFinals(
      FloatArray states, FloatArray finals, int steps, int batch, int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        finals.set(row * hidden + unit, states.get((steps * batch + row) * hidden + unit));
      }
    }
  }

  /**
   * Gradient of a walk's states from that of its outputs and of its final states.
   *
   * <pre>
   *   dh[s] = Σ_{t: shown[t] = s} dy[t]
   * </pre>
   *
   * @param outputGradients dy, [steps · batch][columns], {@code hidden} of them from {@code at} on
   * @param finalGradients gradient of the final states, [batch][columns], likewise
   * @param shown [steps + 1][batch]
   * @param stateGradients out, dh of the states behind each step, [steps][batch][hidden]
   */
  public static void collectBackward(
      FloatArray outputGradients,
      FloatArray finalGradients,
      IntArray shown,
      FloatArray stateGradients,
      int at,
      int columns,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        for (int time = 0; time < steps; time++) {
          stateGradients.set((time * batch + row) * hidden + unit, 0f);
        }
        for (int time = 0; time < steps; time++) {
          int from = shown.get(time * batch + row) - batch;
          if (from >= 0) {
            float gradient = outputGradients.get((time * batch + row) * columns + at + unit);
            stateGradients.set(
                from * hidden + unit, stateGradients.get(from * hidden + unit) + gradient);
          }
        }
        int last = shown.get(steps * batch + row) - batch;
        if (last >= 0) {
          float gradient = finalGradients.get(row * columns + at + unit);
          stateGradients.set(
              last * hidden + unit, stateGradients.get(last * hidden + unit) + gradient);
        }
      }
    }
  }

  /**
   * The same for a walk whose outputs nobody uses, only its final states.
   *
   * @param finalGradients [batch][columns], {@code hidden} of them from {@code at} on
   * @param shown [steps + 1][batch]
   * @param stateGradients out, [steps][batch][hidden]
   */
  public static void finalBackward(
      FloatArray finalGradients,
      IntArray shown,
      FloatArray stateGradients,
      int at,
      int columns,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int last = shown.get(steps * batch + row) - batch;
        float gradient = finalGradients.get(row * columns + at + unit);
        for (int time = 0; time < steps; time++) {
          int position = time * batch + row;
          stateGradients.set(position * hidden + unit, position == last ? gradient : 0f);
        }
      }
    }
  }

  /**
   * A row without any step: its final state is its initial state.
   *
   * @param finalGradients [batch][columns], {@code hidden} of them from {@code at} on
   * @param shown [steps + 1][batch]
   * @param initialStateGradient in and out, [batch][hidden]
   */
  public static void unmovedBackward(
      FloatArray finalGradients,
      IntArray shown,
      FloatArray initialStateGradient,
      int at,
      int columns,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        if (shown.get(steps * batch + row) < batch) {
          initialStateGradient.set(
              row * hidden + unit,
              initialStateGradient.get(row * hidden + unit)
                  + finalGradients.get(row * columns + at + unit));
        }
      }
    }
  }

  /**
   * Where a walk begins: at a given state, or where its previous execution ended.
   *
   * @param carried [1], whether to carry the state over
   * @param given [batch][hidden]
   * @param ended final states of the previous execution, [batch][columns] from row {@code first}
   *     on, {@code hidden} of them from {@code at} on
   * @param initialState out, [batch][hidden]
   */
  public static void begin(
      IntArray carried,
      FloatArray given,
      FloatArray ended,
      FloatArray initialState,
      int first,
      int at,
      int columns,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        float begun = given.get(row * hidden + unit);
        float previous = ended.get((first + row) * columns + at + unit);
        initialState.set(row * hidden + unit, carried.get(0) == 0 ? begun : previous);
      }
    }
  }
}
