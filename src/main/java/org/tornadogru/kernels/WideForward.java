package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of {@link GruForward} for CPU OpenCL devices: {@value WideProduct#ROWS} rows per work-item,
 * products first, then the gates' activations in vectors. One row alone would read every weight for
 * a single multiplication.
 */
final class WideForward {

  private WideForward() {}

  /** Twin of {@link GruForward#resetAfter}. */
  static void resetAfter(
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
      int gateStride) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int block = WideGroups.first(item, batch / WideProduct.ROWS);
          block < batch / WideProduct.ROWS;
          block += WideGroups.GROUPS) {
        int row = block * WideProduct.ROWS;
        int tiles = hidden / Tiles.LANES;
        begin(initialState, states, row * tiles, tiles);
        for (int time = 0; time < steps; time++) {
          int position = time * batch + row;
          int gatesAt = time * (gateStride / Tiles.LANES) + row * 4 * tiles;
          for (int tile = 0; tile < 3 * tiles; tile++) {
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
          for (int i = 0; i < WideProduct.ROWS; i++) {
            int token = tokens.get(position + i);
            int tableAt = (token < 0 ? 0 : token) * 3 * tiles;
            int previousAt = (position + i) * tiles;
            int nextAt = (position + i + batch) * tiles;
            int resetAt = gatesAt + i * 4 * tiles;
            for (int tile = 0; tile < tiles; tile++) {
              int at = resetAt + tile;
              Float16 reset =
                  Float16.add(WideLanes.load(table, tableAt + tile), WideLanes.load(gates, at));
              Float16 update =
                  Float16.add(
                      WideLanes.load(table, tableAt + tiles + tile),
                      WideLanes.load(gates, at + tiles));
              Float16 r = WideLanes.sigmoid(reset);
              Float16 z = WideLanes.sigmoid(update);
              Float16 candidate =
                  Float16.add(
                      WideLanes.load(table, tableAt + 2 * tiles + tile),
                      Float16.mult(r, WideLanes.load(gates, at + 3 * tiles)));
              Float16 n = WideLanes.tanh(candidate);
              WideLanes.store(gates, at, r);
              WideLanes.store(gates, at + tiles, z);
              WideLanes.store(gates, at + 2 * tiles, n);
              WideLanes.store(
                  states, nextAt + tile, next(z, n, WideLanes.load(states, previousAt + tile)));
            }
          }
        }
      }
    }
  }

  /** Twin of {@link GruForward#resetBefore}. */
  static void resetBefore(
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
      int gateStride) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int block = WideGroups.first(item, batch / WideProduct.ROWS);
          block < batch / WideProduct.ROWS;
          block += WideGroups.GROUPS) {
        int row = block * WideProduct.ROWS;
        int tiles = hidden / Tiles.LANES;
        begin(initialState, states, row * tiles, tiles);
        for (int time = 0; time < steps; time++) {
          int position = time * batch + row;
          int gatesAt = time * (gateStride / Tiles.LANES) + row * 4 * tiles;
          for (int tile = 0; tile < 2 * tiles; tile++) {
            WideProduct.affine(
                states,
                position * hidden,
                hidden,
                parameters,
                recurrentAt / Tiles.LANES + tile * (hidden + 1),
                hidden,
                gates,
                gatesAt + tile,
                4 * tiles);
          }
          for (int i = 0; i < WideProduct.ROWS; i++) {
            int token = tokens.get(position + i);
            int tableAt = (token < 0 ? 0 : token) * 3 * tiles;
            int previousAt = (position + i) * tiles;
            int resetAt = gatesAt + i * 4 * tiles;
            for (int tile = 0; tile < tiles; tile++) {
              int at = resetAt + tile;
              Float16 reset =
                  Float16.add(WideLanes.load(table, tableAt + tile), WideLanes.load(gates, at));
              Float16 update =
                  Float16.add(
                      WideLanes.load(table, tableAt + tiles + tile),
                      WideLanes.load(gates, at + tiles));
              Float16 r = WideLanes.sigmoid(reset);
              Float16 z = WideLanes.sigmoid(update);
              WideLanes.store(gates, at, r);
              WideLanes.store(gates, at + tiles, z);
              WideLanes.store(
                  gates,
                  at + 3 * tiles,
                  Float16.mult(r, WideLanes.load(states, previousAt + tile)));
            }
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
          for (int i = 0; i < WideProduct.ROWS; i++) {
            int token = tokens.get(position + i);
            int tableAt = (token < 0 ? 0 : token) * 3 * tiles + 2 * tiles;
            int previousAt = (position + i) * tiles;
            int nextAt = (position + i + batch) * tiles;
            int updateAt = gatesAt + i * 4 * tiles + tiles;
            for (int tile = 0; tile < tiles; tile++) {
              int at = updateAt + tile;
              Float16 candidate =
                  Float16.add(
                      WideLanes.load(table, tableAt + tile), WideLanes.load(gates, at + tiles));
              Float16 n = WideLanes.tanh(candidate);
              WideLanes.store(gates, at + tiles, n);
              WideLanes.store(
                  states,
                  nextAt + tile,
                  next(WideLanes.load(gates, at), n, WideLanes.load(states, previousAt + tile)));
            }
          }
        }
      }
    }
  }

  /** {@code (1 − z) ⊙ n + z ⊙ h}. */
  static Float16 next(Float16 z, Float16 n, Float16 h) {
    return Float16.add(Float16.mult(WideLanes.oneMinus(z), n), Float16.mult(z, h));
  }

  private static void begin(FloatArray initialState, FloatArray states, int at, int tiles) {
    for (int i = 0; i < WideProduct.ROWS * tiles; i++) {
      WideLanes.store(states, at + i, WideLanes.load(initialState, at + i));
    }
  }
}
