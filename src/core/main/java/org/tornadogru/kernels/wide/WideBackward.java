package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of {@link org.tornadogru.kernels.GruBackward} for CPU OpenCL devices: {@value
 * WideProduct#ROWS} rows per work-item, the element-wise part in vectors, then the products on top
 * of {@code dh ⊙ z}.
 */
final class WideBackward {

  private WideBackward() {}

  /** Twin of {@link org.tornadogru.kernels.GruBackward#resetAfter}. */
  static void resetAfter(
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int block = WideGroups.first(item, batch / WideProduct.ROWS);
          block < WideGroups.end(item, batch / WideProduct.ROWS);
          block++) {
        int row = block * WideProduct.ROWS;
        int tiles = hidden / Tiles.LANES;
        int carriedAt = row * tiles;
        begin(initialStateGradient, carriedAt, tiles);
        for (int reversed = 0; reversed < steps; reversed++) {
          int position = (steps - 1 - reversed) * batch + row;
          int gatesAt = position * 4 * tiles;
          for (int i = 0; i < WideProduct.ROWS; i++) {
            for (int tile = 0; tile < tiles; tile++) {
              int at = gatesAt + i * 4 * tiles + tile;
              int stateAt = (position + i) * tiles + tile;
              int carried = carriedAt + i * tiles + tile;
              Float16 r = WideLanes.load(gates, at);
              Float16 z = WideLanes.load(gates, at + tiles);
              Float16 n = WideLanes.load(gates, at + 2 * tiles);
              Float16 q = WideLanes.load(gates, at + 3 * tiles);
              Float16 dh =
                  Float16.add(
                      WideLanes.load(stateGradients, stateAt),
                      WideLanes.load(initialStateGradient, carried));
              Float16 dan = candidateGradient(dh, z, n);
              WideLanes.store(gates, at, Float16.mult(Float16.mult(dan, q), slope(r)));
              WideLanes.store(
                  gates, at + tiles, updateGradient(dh, WideLanes.load(states, stateAt), n, z));
              WideLanes.store(gates, at + 2 * tiles, dan);
              WideLanes.store(gates, at + 3 * tiles, Float16.mult(dan, r));
              WideLanes.store(initialStateGradient, carried, Float16.mult(dh, z));
            }
          }
          for (int tile = 0; tile < tiles; tile++) {
            WideProduct.add(
                gates,
                gatesAt * Tiles.LANES,
                4 * hidden,
                transposed,
                tile * 3 * hidden,
                2 * hidden,
                initialStateGradient,
                carriedAt + tile,
                tiles);
            WideProduct.add(
                gates,
                (gatesAt + 3 * tiles) * Tiles.LANES,
                4 * hidden,
                transposed,
                tile * 3 * hidden + 2 * hidden,
                hidden,
                initialStateGradient,
                carriedAt + tile,
                tiles);
          }
        }
      }
    }
  }

  /**
   * Twin of {@link org.tornadogru.kernels.GruBackward#resetBefore}; leaves dq in the place of
   * {@code stateGradients}.
   */
  static void resetBefore(
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int block = WideGroups.first(item, batch / WideProduct.ROWS);
          block < WideGroups.end(item, batch / WideProduct.ROWS);
          block++) {
        int row = block * WideProduct.ROWS;
        int tiles = hidden / Tiles.LANES;
        int carriedAt = row * tiles;
        begin(initialStateGradient, carriedAt, tiles);
        for (int reversed = 0; reversed < steps; reversed++) {
          int position = (steps - 1 - reversed) * batch + row;
          int gatesAt = position * 4 * tiles;
          for (int i = 0; i < WideProduct.ROWS; i++) {
            for (int tile = 0; tile < tiles; tile++) {
              int updateAt = gatesAt + i * 4 * tiles + tiles + tile;
              int stateAt = (position + i) * tiles + tile;
              int carried = carriedAt + i * tiles + tile;
              Float16 z = WideLanes.load(gates, updateAt);
              Float16 n = WideLanes.load(gates, updateAt + tiles);
              Float16 dh =
                  Float16.add(
                      WideLanes.load(stateGradients, stateAt),
                      WideLanes.load(initialStateGradient, carried));
              WideLanes.store(
                  gates, updateAt, updateGradient(dh, WideLanes.load(states, stateAt), n, z));
              WideLanes.store(gates, updateAt + tiles, candidateGradient(dh, z, n));
              WideLanes.store(initialStateGradient, carried, Float16.mult(dh, z));
            }
          }
          for (int tile = 0; tile < tiles; tile++) {
            WideProduct.start(WideLanes.fill(0f), stateGradients, position * tiles + tile, tiles);
            WideProduct.add(
                gates,
                (gatesAt + 2 * tiles) * Tiles.LANES,
                4 * hidden,
                transposed,
                tile * 3 * hidden + 2 * hidden,
                hidden,
                stateGradients,
                position * tiles + tile,
                tiles);
          }
          for (int i = 0; i < WideProduct.ROWS; i++) {
            for (int tile = 0; tile < tiles; tile++) {
              int resetAt = gatesAt + i * 4 * tiles + tile;
              int stateAt = (position + i) * tiles + tile;
              int carried = carriedAt + i * tiles + tile;
              Float16 r = WideLanes.load(gates, resetAt);
              Float16 dq = WideLanes.load(stateGradients, stateAt);
              WideLanes.store(
                  gates,
                  resetAt,
                  Float16.mult(Float16.mult(dq, WideLanes.load(states, stateAt)), slope(r)));
              WideLanes.store(
                  initialStateGradient,
                  carried,
                  Float16.add(WideLanes.load(initialStateGradient, carried), Float16.mult(dq, r)));
            }
          }
          for (int tile = 0; tile < tiles; tile++) {
            WideProduct.add(
                gates,
                gatesAt * Tiles.LANES,
                4 * hidden,
                transposed,
                tile * 3 * hidden,
                2 * hidden,
                initialStateGradient,
                carriedAt + tile,
                tiles);
          }
        }
      }
    }
  }

  /** {@code dan = dh ⊙ (1 − z) ⊙ (1 − n²)}. */
  private static Float16 candidateGradient(Float16 dh, Float16 z, Float16 n) {
    return Float16.mult(
        Float16.mult(dh, WideLanes.oneMinus(z)), WideLanes.oneMinus(Float16.mult(n, n)));
  }

  /** {@code daz = dh ⊙ (h − n) ⊙ z ⊙ (1 − z)}. */
  private static Float16 updateGradient(Float16 dh, Float16 h, Float16 n, Float16 z) {
    return Float16.mult(Float16.mult(dh, Float16.sub(h, n)), slope(z));
  }

  /** σ′ by σ: {@code s ⊙ (1 − s)}. */
  private static Float16 slope(Float16 s) {
    return Float16.mult(s, WideLanes.oneMinus(s));
  }

  private static void begin(FloatArray carried, int at, int tiles) {
    for (int i = 0; i < WideProduct.ROWS * tiles; i++) {
      WideLanes.store(carried, at + i, WideLanes.fill(0f));
    }
  }
}
