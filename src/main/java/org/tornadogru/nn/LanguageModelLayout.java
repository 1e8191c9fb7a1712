package org.tornadogru.nn;

import org.tornadogru.InvalidInputException;
import org.tornadogru.kernels.Tiles;

/**
 * Where the parameters of a language model lie in one array of floats: gradients, their slices and
 * an optimizer's state have the same layout.
 *
 * <pre>
 *   at inputAt      W_i, b_i   [V + 1][3H]              row-major: a token picks a row
 *   at recurrentAt  W_h, b_h   [3H / 16][H + 1][16]     tiles
 *   at outputAt     W_o, b_o   [V' / 16][H + 1][16]     tiles
 * </pre>
 *
 * @param config V symbols; its hidden size is padded to H
 * @param vocabulary V
 * @param symbols V', the vocabulary padded to whole tiles
 * @param hidden H, padded to whole tiles
 * @param recurrentAt floats before the recurrent weights
 * @param outputAt floats before the output layer's weights
 * @param size floats in all
 */
public record LanguageModelLayout(
    GruConfig config,
    int vocabulary,
    int symbols,
    int hidden,
    int recurrentAt,
    int outputAt,
    int size) {

  /** The input weights come first. */
  public static final int INPUT_AT = 0;

  /**
   * The layout of a model.
   *
   * @throws InvalidInputException if it has more parameters than an array has elements
   */
  public static LanguageModelLayout of(GruConfig config) {
    int hidden = Tiles.padded(config.hiddenSize());
    int symbols = Tiles.padded(config.inputSize());
    long recurrentAt = INPUT_AT + (config.inputSize() + 1L) * 3 * hidden;
    long outputAt = recurrentAt + 3L * hidden * (hidden + 1L);
    long size = outputAt + symbols * (hidden + 1L);
    if (hidden > 1 << 14 || size > Integer.MAX_VALUE / 4) {
      throw new InvalidInputException(
          "a GRU of %d symbols and %d hidden units has more parameters than one array can hold: choose fewer"
              .formatted(config.inputSize(), config.hiddenSize()));
    }
    return new LanguageModelLayout(
        config, config.inputSize(), symbols, hidden, (int) recurrentAt, (int) outputAt, (int) size);
  }

  /** Columns of the gate products: 3H, gates r, z, n. */
  public int gateColumns() {
    return 3 * hidden;
  }
}
