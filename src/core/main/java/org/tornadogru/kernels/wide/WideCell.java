package org.tornadogru.kernels.wide;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The element-wise part of a GRU step of one row, once the products are in the row's gates; inlined
 * into the wide kernels that loop over time. {@link org.tornadogru.kernels.GruCell} has the
 * equations.
 *
 * <p>Everything counts vectors of 16 floats, {@code …At} as well as {@code tiles}, which is hidden
 * / 16. A row has r, z, n, q, [4 · tiles], in {@code gates} and xr, xz, xn, [3 · tiles], in {@code
 * table}.
 */
final class WideCell {

  private WideCell() {}

  /**
   * Both gates, in the place of their products.
   *
   * <pre>
   *   r = σ(xr + r)      z = σ(xz + z)
   * </pre>
   */
  static void activate(FloatArray table, int tableAt, FloatArray gates, int gatesAt, int tiles) {
    for (int tile = 0; tile < 2 * tiles; tile++) {
      Float16 input = WideLanes.load(table, tableAt + tile);
      Float16 product = WideLanes.load(gates, gatesAt + tile);
      WideLanes.store(gates, gatesAt + tile, WideLanes.sigmoid(Float16.add(input, product)));
    }
  }

  /** What the candidate's product takes when the reset gate acts before it: {@code q = r ⊙ h}. */
  static void reset(FloatArray gates, int gatesAt, FloatArray states, int previousAt, int tiles) {
    for (int tile = 0; tile < tiles; tile++) {
      Float16 r = WideLanes.load(gates, gatesAt + tile);
      Float16 h = WideLanes.load(states, previousAt + tile);
      WideLanes.store(gates, gatesAt + 3 * tiles + tile, Float16.mult(r, h));
    }
  }

  /** The candidate's product when the reset gate acts after it: {@code n = r ⊙ q}. */
  static void resetProduct(FloatArray gates, int gatesAt, int tiles) {
    for (int tile = 0; tile < tiles; tile++) {
      Float16 r = WideLanes.load(gates, gatesAt + tile);
      Float16 q = WideLanes.load(gates, gatesAt + 3 * tiles + tile);
      WideLanes.store(gates, gatesAt + 2 * tiles + tile, Float16.mult(r, q));
    }
  }

  /**
   * The candidate, in the place of its product, and the next state.
   *
   * <pre>
   *   n = tanh(xn + n)      h' = (1 − z) ⊙ n + z ⊙ h
   * </pre>
   */
  static void advance(
      FloatArray table,
      int tableAt,
      FloatArray gates,
      int gatesAt,
      FloatArray states,
      int previousAt,
      int nextAt,
      int tiles) {
    for (int tile = 0; tile < tiles; tile++) {
      int candidateAt = gatesAt + 2 * tiles + tile;
      Float16 input = WideLanes.load(table, tableAt + 2 * tiles + tile);
      Float16 n = WideLanes.tanh(Float16.add(input, WideLanes.load(gates, candidateAt)));
      Float16 z = WideLanes.load(gates, gatesAt + tiles + tile);
      Float16 h = WideLanes.load(states, previousAt + tile);
      WideLanes.store(gates, candidateAt, n);
      WideLanes.store(
          states,
          nextAt + tile,
          Float16.add(Float16.mult(WideLanes.oneMinus(z), n), Float16.mult(z, h)));
    }
  }
}
