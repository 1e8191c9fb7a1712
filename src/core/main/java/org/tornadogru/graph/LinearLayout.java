package org.tornadogru.graph;

import org.tornadogru.kernels.Tiles;

/**
 * Where the weights of a linear layer behind the GRU lie, [columns / 16][rows + 1][16].
 *
 * @param at floats before them
 * @param rows features that it takes, as they are padded
 * @param outputs features that it makes
 */
public record LinearLayout(int at, int rows, int outputs) {

  /** Its outputs, padded to whole tiles. */
  public int columns() {
    return Tiles.padded(outputs);
  }

  /** Of its weights and biases. */
  long floats() {
    return columns() * (rows + 1L);
  }
}
