package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The output layer: a score for every symbol, from every state. */
public final class OutputProjection {

  private OutputProjection() {}

  /**
   * Scores of the symbols.
   *
   * <pre>
   *   logits[p] = h[p] W + b
   * </pre>
   *
   * @param states [steps + 1][batch][hidden]; the outputs begin at row 1
   * @param weights [hidden + 1][vocabulary], the bias last
   * @param logits out, [steps · batch][vocabulary]
   * @param positions steps · batch
   */
  public static void scores(
      FloatArray states,
      FloatArray weights,
      FloatArray logits,
      int positions,
      int batch,
      int hidden,
      int vocabulary) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int symbol = 0; symbol < vocabulary; symbol++) {
        float sum = weights.get(hidden * vocabulary + symbol);
        for (int k = 0; k < hidden; k++) {
          sum += states.get((position + batch) * hidden + k) * weights.get(k * vocabulary + symbol);
        }
        logits.set(position * vocabulary + symbol, sum);
      }
    }
  }

  /**
   * Gradient of the states through the output layer.
   *
   * <pre>
   *   dh[p] = dlogits[p] Wᵀ
   * </pre>
   *
   * @param logitGradients [positions][vocabulary]
   * @param weights [hidden + 1][vocabulary]
   * @param stateGradients out, [positions][hidden]
   */
  public static void backward(
      FloatArray logitGradients,
      FloatArray weights,
      FloatArray stateGradients,
      int positions,
      int hidden,
      int vocabulary) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        float sum = 0f;
        for (int symbol = 0; symbol < vocabulary; symbol++) {
          sum +=
              logitGradients.get(position * vocabulary + symbol)
                  * weights.get(unit * vocabulary + symbol);
        }
        stateGradients.set(position * hidden + unit, sum);
      }
    }
  }
}
