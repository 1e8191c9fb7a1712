package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;

/**
 * Where the parameters of a GRU, of the embedding in front of it and of the dense layers and the
 * linear layer behind it lie in one array of floats: gradients, their slices and an optimizer's
 * state have the same layout.
 *
 * <pre>
 *   at embeddingAt      E          [V' / 16][E'][16]         tiles; if the linear layer is tied to it,
 *                                  [V' / 16][E' + 1][16]     its weights W_o, which it has anyway
 *   for each walk
 *     at inputAt      W_i, b_i   [3H / 16][I' + 1][16]     tiles; or, for one-hot token ids,
 *                                [V + 1][3H]               row-major: a token picks a row
 *     at recurrentAt  W_h, b_h   [3H / 16][H + 1][16]      tiles
 *   for each dense layer
 *     at its place    W, b       [S' / 16][F + 1][16]      tiles; F' of the next is S'
 *   at outputAt       W_o, b_o   [O' / 16][F + 1][16]      tiles
 * </pre>
 *
 * @param config the GRU; the hidden size of each layer is padded to H
 * @param outputs O, features behind the linear layer; 0 if there is none
 * @param hidden H of the widest layer, padded to whole tiles: all walks have the same shapes
 * @param embeddingAt floats before the embedding's table; unused if there is none
 * @param walks in the order of PyTorch's parameters
 * @param head of the dense layers, and last of the linear layer
 * @param size floats in all
 */
public record ModelLayout(
    GruConfig config,
    int outputs,
    int hidden,
    int embeddingAt,
    List<WalkLayout> walks,
    List<LinearLayout> head,
    int size) {

  private static final int LARGEST_HIDDEN = 1 << 14;

  public ModelLayout {
    walks = List.copyOf(walks);
    head = List.copyOf(head);
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
    int vectors = isTiedToGru(config) ? features : Tiles.padded(config.inputSize(0));
    boolean shared = config.tied() && outputs > 0;
    List<WalkLayout> walks = new ArrayList<>();
    long next =
        config.hasEmbedding() && !shared ? (long) Tiles.padded(config.inputSize()) * vectors : 0;
    requireFit(config, outputs, next);
    for (int layer = 0; layer < config.layers(); layer++) {
      boolean lookUp = layer == 0 && config.isOneHot();
      int first = lookUp ? config.inputSize() : vectors;
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
    List<LinearLayout> head = new ArrayList<>();
    int rows = features;
    for (int layer = 0; outputs > 0 && layer < config.dense().size(); layer++) {
      LinearLayout dense = new LinearLayout((int) next, rows, config.dense().get(layer).size());
      next += dense.floats();
      requireFit(config, outputs, next);
      head.add(dense);
      rows = dense.columns();
    }
    LinearLayout linear = new LinearLayout((int) next, rows, outputs);
    head.add(linear);
    long size = next + linear.floats();
    requireFit(config, outputs, size);
    return new ModelLayout(
        config, outputs, hidden, shared ? linear.at() : 0, walks, head, (int) size);
  }

  /** Whether an embedding's vectors lie as the GRU's outputs do, being the same layer's inputs. */
  private static boolean isTiedToGru(GruConfig config) {
    return config.tied() && config.dense().isEmpty();
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

  /** Whether the linear layer's weights are the embedding's table. */
  boolean sharesTable() {
    return config.tied() && outputs > 0;
  }

  /**
   * Columns of the vectors that the first layer takes: E', or dense inputs padded to whole tiles.
   */
  public int embeddingColumns() {
    return walks.getFirst().inputs();
  }

  /**
   * Rows of a tile of the embedding's table: its features, and a bias if it is a linear layer's.
   */
  public int embeddingHeight() {
    return embeddingColumns() + (sharesTable() ? 1 : 0);
  }

  /**
   * The column of a feature of the vectors: as the GRU's outputs have it if these are tied to it.
   */
  int embeddingColumn(int feature) {
    return isTiedToGru(config) ? outputColumn(feature) : feature;
  }

  /** Where the linear layer's weights lie. */
  public LinearLayout linear() {
    return head.getLast();
  }

  /** The linear layer's outputs, padded to whole tiles. */
  public int outputColumns() {
    return linear().columns();
  }

  /** Columns of what the walks of a layer leave side by side: D·H. */
  public int walkColumns() {
    return config.direction().walks() * hidden;
  }

  /** Columns of a layer's merged output: D·H if concatenated, otherwise H. */
  public int mergedColumns() {
    return config.merge().size(hidden, config.direction().walks());
  }

  /** The column of a feature of the last layer's output. */
  int outputColumn(int feature) {
    return paddedColumn(config.layers() - 1, feature);
  }

  /**
   * The column of a feature of a layer's output, where every walk's units are padded by themselves,
   * and of a row of PyTorch's weights, gates r, z, n, where each gate is.
   */
  int paddedColumn(int layer, int feature) {
    int units = config.hiddenSize(layer);
    return feature / units * hidden + feature % units;
  }
}
