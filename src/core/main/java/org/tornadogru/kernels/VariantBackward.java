package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Backpropagation through time for {@link VariantForward}, one work-item per row of the batch.
 *
 * <p>It takes what {@link GruBackward.Arguments} says, and of the forward pass
 *
 * <ul>
 *   <li>{@code slopes}: derivatives of r, z, n by their arguments, [steps][batch][3·hidden]
 *   <li>{@code operands}: p = m ⊙ h, [steps][batch][hidden]
 *   <li>{@code multipliers}: m, [batch][hidden]
 * </ul>
 */
public final class VariantBackward {

  private VariantBackward() {}

  /** What {@link #variantBackward} and its twins take, in this order. */
  public record Arguments(
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray states,
      FloatArray multipliers,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {}

  /** {@link #variantBackward} or a twin, made a task. */
  @FunctionalInterface
  public interface Walk {

    /** All steps, the last one first. */
    Launch launch(String id, Arguments arguments);

    /** A twin that is a loop. */
    static Walk loops(Loop loop) {
      return (id, arguments) ->
          Launch.loop(
              arguments.batch,
              new TaskPackage(
                  id,
                  loop,
                  arguments.gates,
                  arguments.slopes,
                  arguments.operands,
                  arguments.states,
                  arguments.multipliers,
                  arguments.transposed,
                  arguments.stateGradients,
                  arguments.initialStateGradient,
                  arguments.steps,
                  arguments.batch,
                  arguments.hidden,
                  arguments.resetBefore));
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
      extends Task12<
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
          Integer> {}

  /**
   * The way back through time.
   *
   * <pre>
   *   daz = dh ⊙ (h − n) ⊙ z'      dan = dh ⊙ (1 − z) ⊙ n'
   *
   *   reset after the recurrent product:
   *   dq  = dan ⊙ r                dar = dan ⊙ q ⊙ r'
   *   dh(t−1) = dh ⊙ z + m ⊙ (dar Wrᵀ + daz Wzᵀ + dq Wnᵀ)
   *
   *   reset before it:
   *   dq  = dan Wnᵀ                dar = dq ⊙ p ⊙ r'
   *   dh(t−1) = dh ⊙ z + m ⊙ (dq ⊙ r + dar Wrᵀ + daz Wzᵀ)
   * </pre>
   */
  public static void variantBackward(
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray states,
      FloatArray multipliers,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {
    for (@Parallel int row = 0; row < batch; row++) {
      int carriedAt = row * hidden;
      for (int unit = 0; unit < hidden; unit++) {
        initialStateGradient.set(carriedAt + unit, 0f);
      }
      for (int reversed = 0; reversed < steps; reversed++) {
        int position = (steps - 1 - reversed) * batch + row;
        int stateAt = position * hidden;
        int resetAt = position * 4 * hidden;
        int updateAt = resetAt + hidden;
        int candidateAt = updateAt + hidden;
        int productAt = candidateAt + hidden;
        int slopeAt = position * 3 * hidden;
        for (int unit = 0; unit < hidden; unit++) {
          float z = gates.get(updateAt + unit);
          float n = gates.get(candidateAt + unit);
          float dh =
              stateGradients.get(stateAt + unit) + initialStateGradient.get(carriedAt + unit);
          float dan = dh * (1f - z) * slopes.get(slopeAt + 2 * hidden + unit);
          if (resetBefore == 0) {
            float r = gates.get(resetAt + unit);
            float q = gates.get(productAt + unit);
            gates.set(resetAt + unit, dan * q * slopes.get(slopeAt + unit));
            gates.set(productAt + unit, dan * r);
          }
          gates.set(
              updateAt + unit,
              dh * (states.get(stateAt + unit) - n) * slopes.get(slopeAt + hidden + unit));
          gates.set(candidateAt + unit, dan);
          initialStateGradient.set(carriedAt + unit, dh * z);
        }
        if (resetBefore == 1) {
          for (int unit = 0; unit < hidden; unit++) {
            float dq = product(gates, candidateAt, transposed, 2 * hidden, hidden, unit, hidden);
            float r = gates.get(resetAt + unit);
            gates.set(
                resetAt + unit, dq * operands.get(stateAt + unit) * slopes.get(slopeAt + unit));
            initialStateGradient.set(
                carriedAt + unit,
                initialStateGradient.get(carriedAt + unit)
                    + multipliers.get(carriedAt + unit) * dq * r);
          }
        }
        for (int unit = 0; unit < hidden; unit++) {
          float sum = product(gates, resetAt, transposed, 0, 2 * hidden, unit, hidden);
          if (resetBefore == 0) {
            sum += product(gates, productAt, transposed, 2 * hidden, hidden, unit, hidden);
          }
          initialStateGradient.set(
              carriedAt + unit,
              initialStateGradient.get(carriedAt + unit) + multipliers.get(carriedAt + unit) * sum);
        }
      }
    }
  }

  /** Some columns of da Wᵀ, from {@code first} on, for one unit. */
  private static float product(
      FloatArray gates,
      int gatesAt,
      FloatArray transposed,
      int first,
      int columns,
      int unit,
      int hidden) {
    int weightAt = Tiles.at(first, unit, 3 * hidden);
    float sum = 0f;
    for (int column = 0; column < columns; column++) {
      sum += gates.get(gatesAt + column) * transposed.get(weightAt + column * Tiles.LANES);
    }
    return sum;
  }
}
