package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One GRU step of one row, inlined into the kernels that loop over time.
 *
 * <p>Every argument named {@code …At} is where the row begins in the array before it. What the
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
      FloatArray projected,
      int projectedAt,
      FloatArray weights,
      FloatArray states,
      int previousAt,
      int nextAt,
      FloatArray gates,
      int gatesAt,
      int hidden) {
    int columns = 3 * hidden;
    int biasAt = hidden * columns;
    for (int unit = 0; unit < hidden; unit++) {
      float reset = weights.get(biasAt + unit);
      float update = weights.get(biasAt + hidden + unit);
      float q = weights.get(biasAt + 2 * hidden + unit);
      for (int k = 0; k < hidden; k++) {
        float state = states.get(previousAt + k);
        int weight = k * columns + unit;
        reset += state * weights.get(weight);
        update += state * weights.get(weight + hidden);
        q += state * weights.get(weight + 2 * hidden);
      }
      float r = Activation.sigmoid(projected.get(projectedAt + unit) + reset);
      float z = Activation.sigmoid(projected.get(projectedAt + hidden + unit) + update);
      float n = Activation.tanh(projected.get(projectedAt + 2 * hidden + unit) + r * q);
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
      FloatArray projected,
      int projectedAt,
      FloatArray weights,
      FloatArray states,
      int previousAt,
      int nextAt,
      FloatArray gates,
      int gatesAt,
      int hidden) {
    int columns = 3 * hidden;
    int biasAt = hidden * columns;
    int resetStateAt = gatesAt + 3 * hidden;
    for (int unit = 0; unit < hidden; unit++) {
      float reset = weights.get(biasAt + unit);
      float update = weights.get(biasAt + hidden + unit);
      for (int k = 0; k < hidden; k++) {
        float state = states.get(previousAt + k);
        int weight = k * columns + unit;
        reset += state * weights.get(weight);
        update += state * weights.get(weight + hidden);
      }
      float r = Activation.sigmoid(projected.get(projectedAt + unit) + reset);
      float z = Activation.sigmoid(projected.get(projectedAt + hidden + unit) + update);
      gates.set(gatesAt + unit, r);
      gates.set(gatesAt + hidden + unit, z);
      gates.set(resetStateAt + unit, r * states.get(previousAt + unit));
    }
    for (int unit = 0; unit < hidden; unit++) {
      float candidate = weights.get(biasAt + 2 * hidden + unit);
      for (int k = 0; k < hidden; k++) {
        candidate += gates.get(resetStateAt + k) * weights.get(k * columns + 2 * hidden + unit);
      }
      float n = Activation.tanh(projected.get(projectedAt + 2 * hidden + unit) + candidate);
      float z = gates.get(gatesAt + hidden + unit);
      gates.set(gatesAt + 2 * hidden + unit, n);
      states.set(nextAt + unit, (1f - z) * n + z * states.get(previousAt + unit));
    }
  }
}
