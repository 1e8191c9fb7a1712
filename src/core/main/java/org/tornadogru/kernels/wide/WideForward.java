package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruForward} for CPU OpenCL devices: {@value
 * WideProduct#ROWS} rows at a time, products first, then the gates' activations in vectors. One row
 * alone would read every weight for a single multiplication.
 */
final class WideForward {

  private WideForward() {}

  /** Twin of {@link org.tornadogru.kernels.GruForward#forward}. */
  static void forward(
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      int resetBefore) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      int tiles = hidden / Tiles.LANES;
      int blocks = batch / WideProduct.ROWS;
      for (int block = WideGroups.first(item, blocks);
          block < WideGroups.end(item, blocks);
          block++) {
        int row = block * WideProduct.ROWS;
        begin(initialState, states, row * tiles, tiles);
        for (int time = 0; time < steps; time++) {
          int position = time * batch + row;
          int gatesAt = time * (gateStride / Tiles.LANES) + row * 4 * tiles;
          for (int tile = 0; tile < (3 - resetBefore) * tiles; tile++) {
            WideProduct.affine(
                states,
                position * hidden,
                hidden,
                parameters,
                recurrentAt / Tiles.LANES + tile * (hidden + 1),
                hidden,
                gates,
                gatesAt + (tile < 2 * tiles ? tile : tile + tiles),
                4 * tiles);
          }
          if (resetBefore == 1) {
            for (int i = 0; i < WideProduct.ROWS; i++) {
              int rowAt = gatesAt + i * 4 * tiles;
              WideCell.activate(table, tableAt(tokens, position + i, tiles), gates, rowAt, tiles);
              WideCell.reset(gates, rowAt, states, (position + i) * tiles, tiles);
            }
            for (int tile = 2 * tiles; tile < 3 * tiles; tile++) {
              WideProduct.affine(
                  gates,
                  (gatesAt + 3 * tiles) * Tiles.LANES,
                  4 * hidden,
                  parameters,
                  recurrentAt / Tiles.LANES + tile * (hidden + 1),
                  hidden,
                  gates,
                  gatesAt + tile,
                  4 * tiles);
            }
          }
          for (int i = 0; i < WideProduct.ROWS; i++) {
            int tableAt = tableAt(tokens, position + i, tiles);
            int rowAt = gatesAt + i * 4 * tiles;
            int previousAt = (position + i) * tiles;
            if (resetBefore == 0) {
              WideCell.activate(table, tableAt, gates, rowAt, tiles);
              WideCell.resetProduct(gates, rowAt, tiles);
            }
            WideCell.advance(
                table,
                tableAt,
                gates,
                rowAt,
                states,
                previousAt,
                previousAt + batch * tiles,
                tiles);
          }
        }
      }
    }
  }

  /** Where a position's row of the table begins. */
  private static int tableAt(IntArray tokens, int position, int tiles) {
    int token = tokens.get(position);
    return (token < 0 ? 0 : token) * 3 * tiles;
  }

  private static void begin(FloatArray initialState, FloatArray states, int at, int tiles) {
    for (int i = 0; i < WideProduct.ROWS * tiles; i++) {
      WideLanes.store(states, at + i, WideLanes.load(initialState, at + i));
    }
  }
}
