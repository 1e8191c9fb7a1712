package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task18;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link GruForward} with everything that is rare: other activations, clipped arguments, recurrent
 * dropout, and gates left out. {@link VariantStep} has the equations, with {@code p = m ⊙ h}.
 *
 * <p>They take what {@link GruForward.Arguments} says, but where a token is negative the state is
 * held, and
 *
 * <ul>
 *   <li>{@code slopes}: out, the derivatives of r, z, n by their arguments,
 *       [steps][batch][3·hidden] with a stride of three quarters of {@code gateStride}
 *   <li>{@code operands}: out, p, [steps][batch][hidden] with a stride of a quarter of it; twins in
 *       a launch per step want a step more, and at least two
 *   <li>{@code multipliers}: m, [batch][hidden]
 *   <li>{@code functions}, {@code gating} and {@code units}: as for {@link VariantStep}
 * </ul>
 */
public final class VariantForward {

  private VariantForward() {}

  /** What {@link #variantForward} and its twins take, in this order. */
  public record Arguments(
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray multipliers,
      FloatArray functions,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      int resetBefore,
      int gating,
      int units) {}

  /** {@link #variantForward} or a twin, made a task. */
  @FunctionalInterface
  public interface Walk {

    /** All steps. */
    Launch launch(String id, Arguments arguments);

    /** A twin that is a loop. */
    static Walk loops(Loop loop) {
      return (id, arguments) ->
          Launch.loop(
              arguments.batch,
              new TaskPackage(
                  id,
                  loop,
                  arguments.tokens,
                  arguments.table,
                  arguments.parameters,
                  arguments.initialState,
                  arguments.states,
                  arguments.gates,
                  arguments.slopes,
                  arguments.operands,
                  arguments.multipliers,
                  arguments.functions,
                  arguments.recurrentAt,
                  arguments.steps,
                  arguments.batch,
                  arguments.hidden,
                  arguments.gateStride,
                  arguments.resetBefore,
                  arguments.gating,
                  arguments.units));
    }
  }

  /** A twin in a launch per step: what goes before the first one. */
  @FunctionalInterface
  public interface Begin {

    /**
     * A task.
     *
     * @param turn [1], counts the steps
     * @param next [1], a workspace
     */
    Launch launch(String id, Arguments arguments, IntArray turn, IntArray next);
  }

  /** A step of it, or a half. */
  @FunctionalInterface
  public interface Step {

    /**
     * A task.
     *
     * @param launch counts the tasks
     * @param turn [1], how many there were
     * @param next [1], out: one more
     */
    Launch launch(String id, Arguments arguments, int launch, IntArray turn, IntArray next);
  }

  /** A twin that is a loop: takes {@link Arguments}. */
  @FunctionalInterface
  public interface Loop
      extends Task18<
          IntArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
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
          Integer,
          Integer,
          Integer> {}

  /** The states, and with them the gates and their slopes. */
  public static void variantForward(
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray multipliers,
      FloatArray functions,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      int resetBefore,
      int gating,
      int units) {
    for (@Parallel int row = 0; row < batch; row++) {
      GruForward.begin(initialState, states, row * hidden, hidden);
      for (int time = 0; time < steps; time++) {
        int position = time * batch + row;
        int token = tokens.get(position);
        int tableAt = (token < 0 ? 0 : token) * 3 * hidden;
        int gatesAt = time * gateStride + row * 4 * hidden;
        int slopesAt = time * (gateStride / 4 * 3) + row * 3 * hidden;
        int operandAt = time * (gateStride / 4) + row * hidden;
        int previousAt = position * hidden;
        drop(states, previousAt, multipliers, row * hidden, operands, operandAt, hidden);
        VariantStep.gates(
            table,
            tableAt,
            operands,
            operandAt,
            parameters,
            recurrentAt,
            functions,
            gates,
            gatesAt,
            slopes,
            slopesAt,
            hidden,
            gating);
        VariantStep.products(
            operands, operandAt, parameters, recurrentAt, gates, gatesAt, hidden, resetBefore);
        VariantStep.candidates(
            table,
            tableAt,
            parameters,
            recurrentAt,
            functions,
            gates,
            gatesAt,
            slopes,
            slopesAt,
            hidden,
            resetBefore,
            units);
        VariantStep.advance(
            gates, gatesAt, states, previousAt, previousAt + batch * hidden, hidden);
        for (int unit = 0; unit < hidden; unit++) {
          VariantStep.holdUnit(
              token,
              gates,
              gatesAt + unit,
              slopes,
              slopesAt + unit,
              states,
              previousAt + unit,
              previousAt + batch * hidden + unit,
              hidden);
        }
      }
    }
  }

  /** p = m ⊙ h. */
  private static void drop(
      FloatArray states,
      int stateAt,
      FloatArray multipliers,
      int multiplierAt,
      FloatArray operands,
      int operandAt,
      int hidden) {
    for (int unit = 0; unit < hidden; unit++) {
      operands.set(
          operandAt + unit, multipliers.get(multiplierAt + unit) * states.get(stateAt + unit));
    }
  }
}
