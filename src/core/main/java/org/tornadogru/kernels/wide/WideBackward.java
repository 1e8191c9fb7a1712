package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twin of {@link org.tornadogru.kernels.GruBackward} for CPU OpenCL devices: {@value
 * WideProduct#ROWS} rows per work-item, the element-wise part in vectors, then the products on top
 * of {@code dh ⊙ z}.
 */
final class WideBackward {

  private WideBackward() {}

  /**
   * Twin of {@link org.tornadogru.kernels.GruBackward#backward}. If the reset gate acts before the
   * recurrent product, {@code stateGradients} hold dq on the way.
   */
  static void backward(
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {
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
              Float16 z = WideLanes.load(gates, at + tiles);
              Float16 n = WideLanes.load(gates, at + 2 * tiles);
              Float16 dh =
                  Float16.add(
                      WideLanes.load(stateGradients, stateAt),
                      WideLanes.load(initialStateGradient, carried));
              Float16 dan = candidateGradient(dh, z, n);
              if (resetBefore == 0) {
                Float16 r = WideLanes.load(gates, at);
                Float16 q = WideLanes.load(gates, at + 3 * tiles);
                WideLanes.store(gates, at, Float16.mult(Float16.mult(dan, q), slope(r)));
                WideLanes.store(gates, at + 3 * tiles, Float16.mult(dan, r));
              }
              WideLanes.store(
                  gates, at + tiles, updateGradient(dh, WideLanes.load(states, stateAt), n, z));
              WideLanes.store(gates, at + 2 * tiles, dan);
              WideLanes.store(initialStateGradient, carried, Float16.mult(dh, z));
            }
          }
          if (resetBefore == 1) {
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
                int at = gatesAt + i * 4 * tiles + tile;
                int stateAt = (position + i) * tiles + tile;
                int carried = carriedAt + i * tiles + tile;
                Float16 r = WideLanes.load(gates, at);
                Float16 dq = WideLanes.load(stateGradients, stateAt);
                Float16 dr = Float16.mult(dq, WideLanes.load(states, stateAt));
                Float16 dh = WideLanes.load(initialStateGradient, carried);
                WideLanes.store(gates, at, Float16.mult(dr, slope(r)));
                WideLanes.store(
                    initialStateGradient, carried, Float16.add(dh, Float16.mult(dq, r)));
              }
            }
          }
          for (int tile = 0; tile < tiles; tile++) {
            // dar and daz; then dq, which has gone in if the reset gate acts before the product.
            // One call for both: TornadoVM gives up inlining when a kernel has 20,000 nodes.
            for (int part = 0; part < 2 - resetBefore; part++) {
              WideProduct.add(
                  gates,
                  (gatesAt + part * 3 * tiles) * Tiles.LANES,
                  4 * hidden,
                  transposed,
                  (tile * 3 + part * 2) * hidden,
                  (2 - part) * hidden,
                  initialStateGradient,
                  carriedAt + tile,
                  tiles);
            }
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
