package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;

/**
 * The element-wise part of a GRU step, for neighbouring units of one row.
 *
 * <p>Each method has a single activation function: with more, the JIT compiler stops inlining the
 * operations of the vectors, which then are objects.
 */
final class Gates {

  private Gates() {}

  /** {@code gate = σ(input + product)}. */
  static void sigmoid(
      float[] inputs,
      int inputAt,
      float[] products,
      int productAt,
      float[] gates,
      int gateAt,
      int units) {
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      Vectors.sigmoid(load(inputs, inputAt + unit).add(load(products, productAt + unit)))
          .intoArray(gates, gateAt + unit);
    }
  }

  /** {@code n = tanh(input + product)}. */
  static void tanh(
      float[] inputs,
      int inputAt,
      float[] products,
      int productAt,
      float[] candidates,
      int candidateAt,
      int units) {
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      Vectors.tanh(load(inputs, inputAt + unit).add(load(products, productAt + unit)))
          .intoArray(candidates, candidateAt + unit);
    }
  }

  /** {@code n = tanh(input + r ⊙ q)}. */
  static void tanh(
      float[] inputs,
      int inputAt,
      float[] resets,
      int resetAt,
      float[] products,
      int productAt,
      float[] candidates,
      int candidateAt,
      int units) {
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      FloatVector q = load(products, productAt + unit);
      Vectors.tanh(load(resets, resetAt + unit).fma(q, load(inputs, inputAt + unit)))
          .intoArray(candidates, candidateAt + unit);
    }
  }

  /** {@code q = r ⊙ h}. */
  static void reset(
      float[] resets,
      int resetAt,
      float[] states,
      int stateAt,
      float[] products,
      int productAt,
      int units) {
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      load(resets, resetAt + unit)
          .mul(load(states, stateAt + unit))
          .intoArray(products, productAt + unit);
    }
  }

  /** {@code h' = (1 − z) ⊙ n + z ⊙ h}. */
  static void update(
      float[] updates,
      int updateAt,
      float[] candidates,
      int candidateAt,
      float[] states,
      int previousAt,
      int nextAt,
      int units) {
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      FloatVector n = load(candidates, candidateAt + unit);
      FloatVector h = load(states, previousAt + unit);
      load(updates, updateAt + unit).fma(h.sub(n), n).intoArray(states, nextAt + unit);
    }
  }
}
