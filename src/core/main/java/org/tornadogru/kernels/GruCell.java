package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One GRU step of one row, inlined into the kernels that loop over time.
 *
 * <p>Every argument named {@code …At} is where the row begins in the array before it; the recurrent
 * weights are in tiles, [3·hidden / 16][hidden + 1][16], gates r, z, n, the bias last. What the
 * backward pass needs is kept in {@code gates}, four values per unit: r, z, n and what the reset
 * gate meets (q below).
 *
 * @see <a href="https://arxiv.org/abs/1406.1078">Cho et al. 2014, equations 5 to 8</a>
 */
final class GruCell {

  private GruCell() {}

  /**
   * The step.
   *
   * <pre>
   *   r = σ(xr + h Wr + br)      z = σ(xz + h Wz + bz)
   *   q = h Wn + bn              n = tanh(xn + r ⊙ q)            reset after the recurrent product
   *   q = r ⊙ h                  n = tanh(xn + q Wn + bn)        reset before it
   *   h' = (1 − z) ⊙ n + z ⊙ h
   * </pre>
   */
  static void advance(
      FloatArray table,
      int tableAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray states,
      int previousAt,
      int nextAt,
      FloatArray gates,
      int gatesAt,
      int hidden,
      int resetBefore) {
    int gateSize = hidden * (hidden + 1);
    int bias = hidden * Tiles.LANES;
    int updatesAt = gatesAt + hidden;
    int candidatesAt = updatesAt + hidden;
    int productsAt = candidatesAt + hidden;
    for (int unit = 0; unit < hidden; unit++) {
      int resetAt = recurrentAt + Tiles.at(0, unit, hidden + 1);
      int updateAt = resetAt + gateSize;
      int candidateAt = updateAt + gateSize;
      float reset = parameters.get(resetAt + bias);
      float update = parameters.get(updateAt + bias);
      float q = parameters.get(candidateAt + bias);
      for (int k = 0; k < hidden; k++) {
        float state = states.get(previousAt + k);
        reset += state * parameters.get(resetAt + k * Tiles.LANES);
        update += state * parameters.get(updateAt + k * Tiles.LANES);
        if (resetBefore == 0) {
          q += state * parameters.get(candidateAt + k * Tiles.LANES);
        }
      }
      float r = Activation.sigmoid(table.get(tableAt + unit) + reset);
      float z = Activation.sigmoid(table.get(tableAt + hidden + unit) + update);
      gates.set(gatesAt + unit, r);
      gates.set(updatesAt + unit, z);
      if (resetBefore == 1) {
        gates.set(productsAt + unit, r * states.get(previousAt + unit));
      } else {
        float n = Activation.tanh(table.get(tableAt + 2 * hidden + unit) + r * q);
        gates.set(candidatesAt + unit, n);
        gates.set(productsAt + unit, q);
        states.set(nextAt + unit, (1f - z) * n + z * states.get(previousAt + unit));
      }
    }
    if (resetBefore == 1) {
      for (int unit = 0; unit < hidden; unit++) {
        int candidateAt = recurrentAt + 2 * gateSize + Tiles.at(0, unit, hidden + 1);
        float candidate = parameters.get(candidateAt + bias);
        for (int k = 0; k < hidden; k++) {
          candidate += gates.get(productsAt + k) * parameters.get(candidateAt + k * Tiles.LANES);
        }
        float n = Activation.tanh(table.get(tableAt + 2 * hidden + unit) + candidate);
        float z = gates.get(updatesAt + unit);
        gates.set(candidatesAt + unit, n);
        states.set(nextAt + unit, (1f - z) * n + z * states.get(previousAt + unit));
      }
    }
  }
}
