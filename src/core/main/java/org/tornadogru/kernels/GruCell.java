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
   * Reset gate after the recurrent product.
   *
   * <pre>
   *   r = σ(xr + h Wr + br)      z = σ(xz + h Wz + bz)
   *   q = h Wn + bn              n = tanh(xn + r ⊙ q)
   *   h' = (1 − z) ⊙ n + z ⊙ h
   * </pre>
   */
  static void resetAfter(
      FloatArray table,
      int tableAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray states,
      int previousAt,
      int nextAt,
      FloatArray gates,
      int gatesAt,
      int hidden) {
    int gateSize = hidden * (hidden + 1);
    int bias = hidden * Tiles.LANES;
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
        q += state * parameters.get(candidateAt + k * Tiles.LANES);
      }
      float r = Activation.sigmoid(table.get(tableAt + unit) + reset);
      float z = Activation.sigmoid(table.get(tableAt + hidden + unit) + update);
      float n = Activation.tanh(table.get(tableAt + 2 * hidden + unit) + r * q);
      gates.set(gatesAt + unit, r);
      gates.set(gatesAt + hidden + unit, z);
      gates.set(gatesAt + 2 * hidden + unit, n);
      gates.set(gatesAt + 3 * hidden + unit, q);
      states.set(nextAt + unit, (1f - z) * n + z * states.get(previousAt + unit));
    }
  }

  /**
   * Reset gate before the recurrent product.
   *
   * <pre>
   *   r = σ(xr + h Wr + br)      z = σ(xz + h Wz + bz)
   *   q = r ⊙ h                  n = tanh(xn + q Wn + bn)
   *   h' = (1 − z) ⊙ n + z ⊙ h
   * </pre>
   */
  static void resetBefore(
      FloatArray table,
      int tableAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray states,
      int previousAt,
      int nextAt,
      FloatArray gates,
      int gatesAt,
      int hidden) {
    int gateSize = hidden * (hidden + 1);
    int bias = hidden * Tiles.LANES;
    int resetStateAt = gatesAt + 3 * hidden;
    for (int unit = 0; unit < hidden; unit++) {
      int resetAt = recurrentAt + Tiles.at(0, unit, hidden + 1);
      int updateAt = resetAt + gateSize;
      float reset = parameters.get(resetAt + bias);
      float update = parameters.get(updateAt + bias);
      for (int k = 0; k < hidden; k++) {
        float state = states.get(previousAt + k);
        reset += state * parameters.get(resetAt + k * Tiles.LANES);
        update += state * parameters.get(updateAt + k * Tiles.LANES);
      }
      float r = Activation.sigmoid(table.get(tableAt + unit) + reset);
      float z = Activation.sigmoid(table.get(tableAt + hidden + unit) + update);
      gates.set(gatesAt + unit, r);
      gates.set(gatesAt + hidden + unit, z);
      gates.set(resetStateAt + unit, r * states.get(previousAt + unit));
    }
    for (int unit = 0; unit < hidden; unit++) {
      int candidateAt = recurrentAt + 2 * gateSize + Tiles.at(0, unit, hidden + 1);
      float candidate = parameters.get(candidateAt + bias);
      for (int k = 0; k < hidden; k++) {
        candidate += gates.get(resetStateAt + k) * parameters.get(candidateAt + k * Tiles.LANES);
      }
      float n = Activation.tanh(table.get(tableAt + 2 * hidden + unit) + candidate);
      float z = gates.get(gatesAt + hidden + unit);
      gates.set(gatesAt + 2 * hidden + unit, n);
      states.set(nextAt + unit, (1f - z) * n + z * states.get(previousAt + unit));
    }
  }
}
