package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;

/**
 * Where the parameters of a GRU and of the linear layer behind it lie in one array of floats:
 * gradients, their slices and an optimizer's state have the same layout.
 *
 * <pre>
 *   for each walk
 *     at inputAt      W_i, b_i   [3H / 16][I' + 1][16]     tiles; or, for token ids,
 *                                [V + 1][3H]               row-major: a token picks a row
 *     at recurrentAt  W_h, b_h   [3H / 16][H + 1][16]      tiles
 *   at outputAt       W_o, b_o   [O' / 16][F + 1][16]      tiles
 * </pre>
 *
 * @param config the GRU; its hidden size is padded to H
 * @param outputs O, features behind the linear layer; 0 if there is none
 * @param hidden H, padded to whole tiles
 * @param walks in the order of PyTorch's parameters
 * @param outputAt floats before the linear layer's weights
 * @param size floats in all
 */
public record ModelLayout(
    GruConfig config, int outputs, int hidden, List<WalkLayout> walks, int outputAt, int size) {

  private static final int LARGEST_HIDDEN = 1 << 14;

  public ModelLayout {
    walks = List.copyOf(walks);
  }

  /**
   * The layout of a GRU and a linear layer.
   *
   * @param outputs 0 for no linear layer
   * @throws InvalidInputException if it has more parameters than an array has elements
   */
  public static ModelLayout of(GruConfig config, int outputs) {
    requireFit(config, outputs, 0);
    int hidden = Tiles.padded(config.hiddenSize());
    int directions = config.direction().walks();
    int features = config.merge().size(hidden, directions);
    List<WalkLayout> walks = new ArrayList<>();
    long next = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      boolean lookUp = layer == 0 && config.input() == InputKind.TOKENS;
      int first = lookUp ? config.inputSize() : Tiles.padded(config.inputSize());
      int inputs = layer == 0 ? first : features;
      for (int walk = 0; walk < directions; walk++) {
        long recurrentAt = next + (inputs + 1L) * 3 * hidden;
        long end = recurrentAt + 3L * hidden * (hidden + 1);
        requireFit(config, outputs, end);
        walks.add(
            new WalkLayout(
                layer,
                walk,
                config.direction().isReverse(walk),
                lookUp,
                inputs,
                (int) next,
                (int) recurrentAt));
        next = end;
      }
    }
    long size = next + Tiles.padded(outputs) * (features + 1L);
    requireFit(config, outputs, size);
    return new ModelLayout(config, outputs, hidden, walks, (int) next, (int) size);
  }

  private static void requireFit(GruConfig config, int outputs, long size) {
    if (config.hiddenSize() > LARGEST_HIDDEN || size > Integer.MAX_VALUE / Float.BYTES) {
      throw new InvalidInputException(
          "a GRU of %d inputs, %d hidden units and %d outputs has more parameters than one array can hold: choose fewer"
              .formatted(config.inputSize(), config.hiddenSize(), outputs));
    }
  }

  /** How kernels are told where the reset gate acts: 1 before the recurrent product, 0 after it. */
  public int resetBefore() {
    return config.reset() == ResetPlacement.BEFORE ? 1 : 0;
  }

  /** Columns of the gate products: 3H, gates r, z, n. */
  public int gateColumns() {
    return 3 * hidden;
  }

  /** The linear layer's outputs, padded to whole tiles. */
  public int outputColumns() {
    return Tiles.padded(outputs);
  }

  /** Columns of what the walks of a layer leave side by side: D·H. */
  public int walkColumns() {
    return config.direction().walks() * hidden;
  }

  /** Columns of a layer's merged output: D·H if concatenated, otherwise H. */
  public int mergedColumns() {
    return config.merge().size(hidden, config.direction().walks());
  }

  /** The column of a feature of a layer's output: every walk's units are padded by themselves. */
  public int mergedColumn(int feature) {
    return feature / config.hiddenSize() * hidden + feature % config.hiddenSize();
  }

  /** The column of a row of PyTorch's weights, gates r, z, n: each gate is padded by itself. */
  int gateColumn(int row) {
    return row / config.hiddenSize() * hidden + row % config.hiddenSize();
  }
}
