package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Backpropagation through time for {@link GruForward}, one work-item per row of the batch.
 *
 * <p>Gradients are written with a leading d: {@code dh = ∂L/∂h}. {@code da} stands for the gradient
 * of a gate's argument, before its activation. They take the place of the gates in memory. The
 * input side and the recurrent side of a gate see the same gradient, except for the candidate when
 * the reset gate acts after the product.
 *
 * <p>Both placements of the reset gate take
 *
 * <ul>
 *   <li>{@code gates}: in, r, z, n, q of the forward pass; out, their gradients,
 *       [steps][batch][4·hidden]
 *   <li>{@code states}: of the forward pass, [steps + 1][batch][hidden]
 *   <li>{@code transposed}: recurrent weights, transposed, in tiles, [hidden / 16][3·hidden][16]
 *   <li>{@code stateGradients}: ∂L/∂h of each step's output alone, [steps][batch][hidden]
 *   <li>{@code initialStateGradient}: out, ∂L/∂h₀, [batch][hidden]; carries dh from step to step
 * </ul>
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
   * <p>Leaves dar, daz, dan, dq in the place of the gates.
   */
  public static void resetAfter(
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden) {
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
          float r = gates.get(resetAt + unit);
          float z = gates.get(updateAt + unit);
          float n = gates.get(candidateAt + unit);
          float q = gates.get(productAt + unit);
          float dh =
              stateGradients.get(stateAt + unit) + initialStateGradient.get(carriedAt + unit);
          float dan = dh * (1f - z) * (1f - n * n);
          gates.set(resetAt + unit, dan * q * r * (1f - r));
          gates.set(updateAt + unit, dh * (states.get(stateAt + unit) - n) * z * (1f - z));
          gates.set(candidateAt + unit, dan);
          gates.set(productAt + unit, dan * r);
          initialStateGradient.set(carriedAt + unit, dh * z);
        }
        for (int unit = 0; unit < hidden; unit++) {
          int weightAt = Tiles.at(0, unit, 3 * hidden);
          float sum = initialStateGradient.get(carriedAt + unit);
          for (int column = 0; column < 2 * hidden; column++) {
            sum += gates.get(resetAt + column) * transposed.get(weightAt + column * Tiles.LANES);
          }
          for (int column = 2 * hidden; column < 3 * hidden; column++) {
            sum +=
                gates.get(candidateAt + column - hidden)
                    * transposed.get(weightAt + column * Tiles.LANES);
          }
          initialStateGradient.set(carriedAt + unit, sum);
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
   * <p>Leaves dar, daz, dan, q in the place of the gates.
   */
  public static void resetBefore(
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden) {
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
        for (int unit = 0; unit < hidden; unit++) {
          float z = gates.get(updateAt + unit);
          float n = gates.get(candidateAt + unit);
          float dh =
              stateGradients.get(stateAt + unit) + initialStateGradient.get(carriedAt + unit);
          gates.set(updateAt + unit, dh * (states.get(stateAt + unit) - n) * z * (1f - z));
          gates.set(candidateAt + unit, dh * (1f - z) * (1f - n * n));
          initialStateGradient.set(carriedAt + unit, dh * z);
        }
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
        for (int unit = 0; unit < hidden; unit++) {
          int weightAt = Tiles.at(0, unit, 3 * hidden);
          float sum = initialStateGradient.get(carriedAt + unit);
          for (int column = 0; column < 2 * hidden; column++) {
            sum += gates.get(resetAt + column) * transposed.get(weightAt + column * Tiles.LANES);
          }
          initialStateGradient.set(carriedAt + unit, sum);
        }
      }
    }
  }
}
