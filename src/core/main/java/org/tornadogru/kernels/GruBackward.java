package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Backpropagation through time for {@link GruForward}, one work-item per row of the batch.
 *
 * <p>Gradients are written with a leading d: {@code dh = ∂L/∂h}. {@code da} stands for the gradient
 * of a gate's argument, before its activation. They take the place of the gates in memory. The
 * input side and the recurrent side of a gate see the same gradient, except for the candidate when
 * the reset gate acts after the product.
 *
 * @see <a href="https://arxiv.org/abs/1412.3555">Chung et al. 2014, for the equations
 *     differentiated here</a>
 */
public final class GruBackward {

  private GruBackward() {}

  /**
   * What {@link #backward} and its twins take, in this order.
   *
   * @param gates in, r, z, n, q of the forward pass; out, dar, daz, dan, and if the reset gate acts
   *     after the recurrent product dq, [steps][batch][4·hidden]
   * @param states of the forward pass, [steps + 1][batch][hidden]
   * @param transposed recurrent weights, transposed, in tiles, [hidden / 16][3·hidden][16]
   * @param stateGradients ∂L/∂h of each step's output alone, [steps][batch][hidden]; a workspace
   *     afterwards
   * @param initialStateGradient out, ∂L/∂h₀, [batch][hidden]; carries dh from step to step
   * @param resetBefore 1 if the reset gate acts before the recurrent product, 0 if after
   */
  public record Arguments(
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {

    /** A task that passes them to a set's kernel. */
    public TaskPackage task(String id, Recurrence recurrence) {
      return switch (recurrence) {
        case Recurrence.Loops loops ->
            new TaskPackage(
                id,
                loops.backward(),
                gates,
                states,
                transposed,
                stateGradients,
                initialStateGradient,
                steps,
                batch,
                hidden,
                resetBefore);
        case Recurrence.Groups groups ->
            new TaskPackage(
                id,
                groups.backward(),
                new KernelContext(),
                gates,
                states,
                transposed,
                stateGradients,
                initialStateGradient,
                steps,
                batch,
                hidden,
                resetBefore);
      };
    }

    /**
     * The task that finds the gradients of the last step's gates.
     *
     * @param turn [1], counts the steps
     * @param next [1], a workspace
     */
    public TaskPackage begin(String id, Recurrence.Steps kernels, IntArray turn, IntArray next) {
      return new TaskPackage(
          id,
          kernels.beginBackward(),
          gates,
          states,
          stateGradients,
          initialStateGradient,
          turn,
          next,
          steps,
          batch,
          hidden,
          Recurrence.Steps.backwardPart(0, resetBefore));
    }

    /**
     * A task that goes a step back, or a half of it.
     *
     * @param launch counts the tasks
     * @param turn [1], how many there were
     * @param next [1], out: one more
     */
    public TaskPackage next(
        String id, Recurrence.Steps kernels, int launch, IntArray turn, IntArray next) {
      return new TaskPackage(
          id,
          kernels.backward(),
          new KernelContext(),
          gates,
          states,
          transposed,
          stateGradients,
          initialStateGradient,
          turn,
          next,
          steps,
          batch,
          hidden,
          Recurrence.Steps.backwardPart(launch, resetBefore));
    }
  }

  /** {@link #backward} and its twins as loops: takes {@link Arguments}. */
  @FunctionalInterface
  public interface Loop
      extends Task9<
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** Its twins as work-groups: takes {@link Arguments} behind the context of a work-item. */
  @FunctionalInterface
  public interface Group
      extends Task10<
          KernelContext,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** Begins a walk back in a launch per step: takes what {@link Arguments} has. */
  @FunctionalInterface
  public interface Begin
      extends Task10<
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          IntArray,
          IntArray,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** Goes a step of it, or a half, as work-groups. */
  @FunctionalInterface
  public interface Step
      extends Task12<
          KernelContext,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          IntArray,
          IntArray,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /**
   * The way back through time.
   *
   * <pre>
   *   daz = dh ⊙ (h − n) ⊙ z ⊙ (1 − z)      dan = dh ⊙ (1 − z) ⊙ (1 − n²)
   *
   *   reset after the recurrent product:
   *   dq  = dan ⊙ r                         dar = dan ⊙ q ⊙ r ⊙ (1 − r)
   *   dh(t−1) = dh ⊙ z + dar Wrᵀ + daz Wzᵀ + dq Wnᵀ
   *
   *   reset before it:
   *   dq  = dan Wnᵀ                         dar = dq ⊙ h ⊙ r ⊙ (1 − r)
   *   dh(t−1) = dh ⊙ z + dq ⊙ r + dar Wrᵀ + daz Wzᵀ
   * </pre>
   */
  public static void backward(
      FloatArray gates,
      FloatArray states,
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
        for (int unit = 0; unit < hidden; unit++) {
          float z = gates.get(updateAt + unit);
          float n = gates.get(candidateAt + unit);
          float dh =
              stateGradients.get(stateAt + unit) + initialStateGradient.get(carriedAt + unit);
          float dan = dh * (1f - z) * (1f - n * n);
          if (resetBefore == 0) {
            float r = gates.get(resetAt + unit);
            float q = gates.get(productAt + unit);
            gates.set(resetAt + unit, dan * q * r * (1f - r));
            gates.set(productAt + unit, dan * r);
          }
          gates.set(updateAt + unit, dh * (states.get(stateAt + unit) - n) * z * (1f - z));
          gates.set(candidateAt + unit, dan);
          initialStateGradient.set(carriedAt + unit, dh * z);
        }
        if (resetBefore == 1) {
          for (int unit = 0; unit < hidden; unit++) {
            int weightAt = Tiles.at(2 * hidden, unit, 3 * hidden);
            float dq = 0f;
            for (int k = 0; k < hidden; k++) {
              dq += gates.get(candidateAt + k) * transposed.get(weightAt + k * Tiles.LANES);
            }
            float r = gates.get(resetAt + unit);
            gates.set(resetAt + unit, dq * states.get(stateAt + unit) * r * (1f - r));
            initialStateGradient.set(
                carriedAt + unit, initialStateGradient.get(carriedAt + unit) + dq * r);
          }
        }
        for (int unit = 0; unit < hidden; unit++) {
          int weightAt = Tiles.at(0, unit, 3 * hidden);
          float sum = initialStateGradient.get(carriedAt + unit);
          for (int column = 0; column < 2 * hidden; column++) {
            sum += gates.get(resetAt + column) * transposed.get(weightAt + column * Tiles.LANES);
          }
          if (resetBefore == 0) {
            for (int column = 2 * hidden; column < 3 * hidden; column++) {
              sum +=
                  gates.get(candidateAt + column - hidden)
                      * transposed.get(weightAt + column * Tiles.LANES);
            }
          }
          initialStateGradient.set(carriedAt + unit, sum);
        }
      }
    }
  }
}
