package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Backpropagation through time for {@link GruForward}, one work-item per row of the batch.
 *
 * <p>Gradients are written with a leading d: {@code dh = ∂L/∂h}. {@code da} stands for the gradient
 * of a gate's argument, before its activation. The input side and the recurrent side of a gate see
 * the same gradient, except for the candidate when the reset gate acts after the product.
 *
 * @see <a href="https://arxiv.org/abs/1412.3555">Chung et al. 2014, for the equations
 *     differentiated here</a>
 */
public final class GruBackward {

  private GruBackward() {}

  /**
   * Reset gate after the recurrent product.
   *
   * <pre>
   *   daz = dh ⊙ (h − n) ⊙ z ⊙ (1 − z)      dan = dh ⊙ (1 − z) ⊙ (1 − n²)
   *   dar = dan ⊙ q ⊙ r ⊙ (1 − r)           dq  = dan ⊙ r
   *   dh(t−1) = dh ⊙ z + dar Wrᵀ + daz Wzᵀ + dq Wnᵀ
   * </pre>
   *
   * @param gates r, z, n, q of the forward pass, [steps][batch][4·hidden]
   * @param states of the forward pass, [steps + 1][batch][hidden]
   * @param weights recurrent weights, [hidden + 1][3·hidden]
   * @param stateGradients ∂L/∂h of each step's output alone, [steps][batch][hidden]
   * @param inputGradients out, dar, daz, dan, [steps][batch][3·hidden]
   * @param recurrentGradients out, dar, daz, dq, [steps][batch][3·hidden]
   * @param initialStateGradient out, ∂L/∂h₀, [batch][hidden]; carries dh from step to step
   */
  public static void resetAfter(
      FloatArray gates,
      FloatArray states,
      FloatArray weights,
      FloatArray stateGradients,
      FloatArray inputGradients,
      FloatArray recurrentGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      int columns = 3 * hidden;
      int carried = row * hidden;
      for (int unit = 0; unit < hidden; unit++) {
        initialStateGradient.set(carried + unit, 0f);
      }
      for (int reversed = 0; reversed < steps; reversed++) {
        int position = (steps - 1 - reversed) * batch + row;
        int previous = position * hidden;
        int saved = position * 4 * hidden;
        int gradient = position * columns;
        for (int unit = 0; unit < hidden; unit++) {
          float r = gates.get(saved + unit);
          float z = gates.get(saved + hidden + unit);
          float n = gates.get(saved + 2 * hidden + unit);
          float q = gates.get(saved + 3 * hidden + unit);
          float dh = stateGradients.get(previous + unit) + initialStateGradient.get(carried + unit);
          float daz = dh * (states.get(previous + unit) - n) * z * (1f - z);
          float dan = dh * (1f - z) * (1f - n * n);
          float dar = dan * q * r * (1f - r);
          inputGradients.set(gradient + unit, dar);
          inputGradients.set(gradient + hidden + unit, daz);
          inputGradients.set(gradient + 2 * hidden + unit, dan);
          recurrentGradients.set(gradient + unit, dar);
          recurrentGradients.set(gradient + hidden + unit, daz);
          recurrentGradients.set(gradient + 2 * hidden + unit, dan * r);
          initialStateGradient.set(carried + unit, dh * z);
        }
        for (int unit = 0; unit < hidden; unit++) {
          float sum = initialStateGradient.get(carried + unit);
          for (int column = 0; column < columns; column++) {
            sum += recurrentGradients.get(gradient + column) * weights.get(unit * columns + column);
          }
          initialStateGradient.set(carried + unit, sum);
        }
      }
    }
  }

  /**
   * Reset gate before the recurrent product.
   *
   * <pre>
   *   daz = dh ⊙ (h − n) ⊙ z ⊙ (1 − z)      dan = dh ⊙ (1 − z) ⊙ (1 − n²)
   *   dq  = dan Wnᵀ                         dar = dq ⊙ h ⊙ r ⊙ (1 − r)
   *   dh(t−1) = dh ⊙ z + dq ⊙ r + dar Wrᵀ + daz Wzᵀ
   * </pre>
   *
   * @param gates r, z, n, q of the forward pass, [steps][batch][4·hidden]
   * @param states of the forward pass, [steps + 1][batch][hidden]
   * @param weights recurrent weights, [hidden + 1][3·hidden]
   * @param stateGradients ∂L/∂h of each step's output alone, [steps][batch][hidden]
   * @param gateGradients out, dar, daz, dan, [steps][batch][3·hidden]
   * @param initialStateGradient out, ∂L/∂h₀, [batch][hidden]; carries dh from step to step
   */
  public static void resetBefore(
      FloatArray gates,
      FloatArray states,
      FloatArray weights,
      FloatArray stateGradients,
      FloatArray gateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int row = 0; row < batch; row++) {
      int columns = 3 * hidden;
      int carried = row * hidden;
      for (int unit = 0; unit < hidden; unit++) {
        initialStateGradient.set(carried + unit, 0f);
      }
      for (int reversed = 0; reversed < steps; reversed++) {
        int position = (steps - 1 - reversed) * batch + row;
        int previous = position * hidden;
        int saved = position * 4 * hidden;
        int gradient = position * columns;
        for (int unit = 0; unit < hidden; unit++) {
          float z = gates.get(saved + hidden + unit);
          float n = gates.get(saved + 2 * hidden + unit);
          float dh = stateGradients.get(previous + unit) + initialStateGradient.get(carried + unit);
          gateGradients.set(
              gradient + hidden + unit, dh * (states.get(previous + unit) - n) * z * (1f - z));
          gateGradients.set(gradient + 2 * hidden + unit, dh * (1f - z) * (1f - n * n));
          initialStateGradient.set(carried + unit, dh * z);
        }
        for (int unit = 0; unit < hidden; unit++) {
          float dq = 0f;
          for (int k = 2 * hidden; k < columns; k++) {
            dq += gateGradients.get(gradient + k) * weights.get(unit * columns + k);
          }
          float r = gates.get(saved + unit);
          gateGradients.set(gradient + unit, dq * states.get(previous + unit) * r * (1f - r));
          initialStateGradient.set(
              carried + unit, initialStateGradient.get(carried + unit) + dq * r);
        }
        for (int unit = 0; unit < hidden; unit++) {
          float sum = initialStateGradient.get(carried + unit);
          for (int column = 0; column < 2 * hidden; column++) {
            sum += gateGradients.get(gradient + column) * weights.get(unit * columns + column);
          }
          initialStateGradient.set(carried + unit, sum);
        }
      }
    }
  }
}
