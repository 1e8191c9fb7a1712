package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Backpropagation through time for {@link VariantForward}, one work-item per row of the batch.
 *
 * <p>Both placements of the reset gate take what {@link GruBackward} takes, and of the forward pass
 *
 * <ul>
 *   <li>{@code slopes}: derivatives of r, z, n by their arguments, [steps][batch][3·hidden]
 *   <li>{@code operands}: p = m ⊙ h, [steps][batch][hidden]
 *   <li>{@code multipliers}: m, [batch][hidden]
 * </ul>
 */
public final class VariantBackward {

  private VariantBackward() {}

  /**
   * Reset gate after the recurrent product.
   *
   * <pre>
   *   daz = dh ⊙ (h − n) ⊙ z'      dan = dh ⊙ (1 − z) ⊙ n'
   *   dar = dan ⊙ q ⊙ r'           dq  = dan ⊙ r
   *   dh(t−1) = dh ⊙ z + m ⊙ (dar Wrᵀ + daz Wzᵀ + dq Wnᵀ)
   * </pre>
   *
   * <p>Leaves dar, daz, dan, dq in the place of the gates.
   */
  public static void variantAfter(
      FloatArray gates,
      FloatArray slopes,
      FloatArray states,
      FloatArray multipliers,
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
        int slopeAt = position * 3 * hidden;
        for (int unit = 0; unit < hidden; unit++) {
          float r = gates.get(resetAt + unit);
          float z = gates.get(resetAt + hidden + unit);
          float n = gates.get(resetAt + 2 * hidden + unit);
          float q = gates.get(resetAt + 3 * hidden + unit);
          float dh =
              stateGradients.get(stateAt + unit) + initialStateGradient.get(carriedAt + unit);
          float dan = dh * (1f - z) * slopes.get(slopeAt + 2 * hidden + unit);
          gates.set(resetAt + unit, dan * q * slopes.get(slopeAt + unit));
          gates.set(
              resetAt + hidden + unit,
              dh * (states.get(stateAt + unit) - n) * slopes.get(slopeAt + hidden + unit));
          gates.set(resetAt + 2 * hidden + unit, dan);
          gates.set(resetAt + 3 * hidden + unit, dan * r);
          initialStateGradient.set(carriedAt + unit, dh * z);
        }
        for (int unit = 0; unit < hidden; unit++) {
          float sum =
              product(gates, resetAt, transposed, 0, 2 * hidden, unit, hidden)
                  + product(
                      gates, resetAt + 3 * hidden, transposed, 2 * hidden, hidden, unit, hidden);
          initialStateGradient.set(
              carriedAt + unit,
              initialStateGradient.get(carriedAt + unit) + multipliers.get(carriedAt + unit) * sum);
        }
      }
    }
  }

  /**
   * Reset gate before the recurrent product.
   *
   * <pre>
   *   daz = dh ⊙ (h − n) ⊙ z'      dan = dh ⊙ (1 − z) ⊙ n'
   *   dq  = dan Wnᵀ                dar = dq ⊙ p ⊙ r'
   *   dh(t−1) = dh ⊙ z + m ⊙ (dq ⊙ r + dar Wrᵀ + daz Wzᵀ)
   * </pre>
   *
   * <p>Leaves dar, daz, dan, q in the place of the gates.
   */
  public static void variantBefore(
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
        int slopeAt = position * 3 * hidden;
        for (int unit = 0; unit < hidden; unit++) {
          float z = gates.get(resetAt + hidden + unit);
          float n = gates.get(resetAt + 2 * hidden + unit);
          float dh =
              stateGradients.get(stateAt + unit) + initialStateGradient.get(carriedAt + unit);
          gates.set(
              resetAt + hidden + unit,
              dh * (states.get(stateAt + unit) - n) * slopes.get(slopeAt + hidden + unit));
          gates.set(
              resetAt + 2 * hidden + unit, dh * (1f - z) * slopes.get(slopeAt + 2 * hidden + unit));
          initialStateGradient.set(carriedAt + unit, dh * z);
        }
        for (int unit = 0; unit < hidden; unit++) {
          float dq =
              product(gates, resetAt + 2 * hidden, transposed, 2 * hidden, hidden, unit, hidden);
          float r = gates.get(resetAt + unit);
          gates.set(resetAt + unit, dq * operands.get(stateAt + unit) * slopes.get(slopeAt + unit));
          initialStateGradient.set(
              carriedAt + unit,
              initialStateGradient.get(carriedAt + unit)
                  + multipliers.get(carriedAt + unit) * dq * r);
        }
        for (int unit = 0; unit < hidden; unit++) {
          float sum = product(gates, resetAt, transposed, 0, 2 * hidden, unit, hidden);
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
