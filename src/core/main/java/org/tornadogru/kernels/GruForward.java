package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A GRU over a whole sequence: one work-item per row of the batch, the time loop inside, since rows
 * are independent and a launch is dear. {@link GruCell} has the equations.
 */
public final class GruForward {

  private GruForward() {}

  /**
   * What {@link #forward} and its twins take, in this order.
   *
   * @param tokens [steps][batch] or more, which row of the table is a position's input; a negative
   *     token is padding and reads row 0
   * @param table input products plus input bias, [symbols][3·hidden], gates r, z, n
   * @param parameters at {@code recurrentAt} the recurrent weights in tiles, [3·hidden / 16][hidden
   *     + 1][16], the bias last
   * @param initialState [batch][hidden]
   * @param states out, [steps + 1][batch][hidden]; row 0 is the initial state
   * @param gates out, r, z, n, q, [steps][batch][4·hidden] with a {@code gateStride} of
   *     batch·4·hidden floats from step to step; with 0, nothing is kept for a backward pass and
   *     the array is a workspace of [batch][4·hidden]
   * @param resetBefore 1 if the reset gate acts before the recurrent product, 0 if after
   */
  public record Arguments(
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
      int gateStride,
      int resetBefore) {

    /** A task that passes them to a set's kernel. */
    public TaskPackage task(String id, Recurrence recurrence) {
      return switch (recurrence) {
        case Recurrence.Loops loops ->
            new TaskPackage(
                id,
                loops.forward(),
                tokens,
                table,
                parameters,
                initialState,
                states,
                gates,
                recurrentAt,
                steps,
                batch,
                hidden,
                gateStride,
                resetBefore);
        case Recurrence.Groups groups ->
            new TaskPackage(
                id,
                groups.forward(),
                new KernelContext(),
                tokens,
                table,
                parameters,
                initialState,
                states,
                gates,
                recurrentAt,
                steps,
                batch,
                hidden,
                gateStride,
                resetBefore);
      };
    }

    /**
     * The task that goes to the first step.
     *
     * @param turn [1], counts the steps
     * @param next [1], a workspace
     */
    public TaskPackage begin(String id, Recurrence.Steps kernels, IntArray turn, IntArray next) {
      return new TaskPackage(
          id,
          kernels.beginForward(),
          tokens,
          initialState,
          states,
          gates,
          turn,
          next,
          batch * hidden);
    }

    /**
     * A task that takes a step, or a half of it.
     *
     * @param launch counts the tasks
     * @param turn [1], how many there were
     * @param next [1], out: one more
     */
    public TaskPackage next(
        String id, Recurrence.Steps kernels, int launch, IntArray turn, IntArray next) {
      return new TaskPackage(
          id,
          kernels.forward(),
          new KernelContext(),
          tokens,
          table,
          parameters,
          states,
          gates,
          turn,
          next,
          recurrentAt,
          steps,
          batch,
          hidden,
          gateStride,
          Recurrence.Steps.forwardPart(launch, resetBefore));
    }
  }

  /** {@link #forward} and its twins as loops: takes {@link Arguments}. */
  @FunctionalInterface
  public interface Loop
      extends Task12<
          IntArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** Its twins as work-groups: takes {@link Arguments} behind the context of a work-item. */
  @FunctionalInterface
  public interface Group
      extends Task13<
          KernelContext,
          IntArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** Goes to the first step of a walk in a launch per step: takes what {@link Arguments} has. */
  @FunctionalInterface
  public interface Begin
      extends Task7<IntArray, FloatArray, FloatArray, FloatArray, IntArray, IntArray, Integer> {}

  /** Takes a step of it, or a half, as work-groups. */
  @FunctionalInterface
  public interface Step
      extends Task14<
          KernelContext,
          IntArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          IntArray,
          IntArray,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** The states, and with them the gates. */
  public static void forward(
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
      int gateStride,
      int resetBefore) {
    for (@Parallel int row = 0; row < batch; row++) {
      begin(initialState, states, row * hidden, hidden);
      for (int time = 0; time < steps; time++) {
        int position = time * batch + row;
        int token = tokens.get(position);
        GruCell.advance(
            table,
            (token < 0 ? 0 : token) * 3 * hidden,
            parameters,
            recurrentAt,
            states,
            position * hidden,
            (position + batch) * hidden,
            gates,
            time * gateStride + row * 4 * hidden,
            hidden,
            resetBefore);
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
