package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The output layer: a score for every symbol, from every state. */
public final class OutputLayer {

  private OutputLayer() {}

  /**
   * Scores of the symbols.
   *
   * <pre>
   *   logits[p] = h[p] W + b
   * </pre>
   *
   * @param states [steps + 1][batch][hidden]; the outputs begin at row 1
   * @param parameters at {@code outputAt} W and b in tiles, [symbols / 16][hidden + 1][16]
   * @param logits out, [steps · batch][symbols]
   * @param positions steps · batch
   * @param symbols the vocabulary, padded to whole tiles
   */
  public static void scores(
      FloatArray states,
      FloatArray parameters,
      FloatArray logits,
      int outputAt,
      int positions,
      int batch,
      int hidden,
      int symbols) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int symbol = 0; symbol < symbols; symbol++) {
        int stateAt = (position + batch) * hidden;
        int weightAt = outputAt + Tiles.at(0, symbol, hidden + 1);
        float sum = parameters.get(weightAt + hidden * Tiles.LANES);
        for (int k = 0; k < hidden; k++) {
          sum += states.get(stateAt + k) * parameters.get(weightAt + k * Tiles.LANES);
        }
        logits.set(position * symbols + symbol, sum);
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
   * @param logitGradients [positions][symbols]
   * @param transposed Wᵀ in tiles, [hidden / 16][symbols][16]
   * @param stateGradients out, [positions][hidden]
   */
  public static void backward(
      FloatArray logitGradients,
      FloatArray transposed,
      FloatArray stateGradients,
      int positions,
      int hidden,
      int symbols) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int gradientAt = position * symbols;
        int weightAt = Tiles.at(0, unit, symbols);
        float sum = 0f;
        for (int symbol = 0; symbol < symbols; symbol++) {
          sum +=
              logitGradients.get(gradientAt + symbol)
                  * transposed.get(weightAt + symbol * Tiles.LANES);
        }
        stateGradients.set(position * hidden + unit, sum);
      }
    }
  }
}
