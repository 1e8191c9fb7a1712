package org.tornadogru.nn;

import java.util.List;

/** What matrices are rounded to when a model is loaded; sums and biases are always float32. */
public enum WeightPrecision {
  /** As they are. */
  F32,

  /**
   * The upper half of a float32: its range, and 8 bits of precision, so that a weight is off by at
   * most 1/512 of itself.
   */
  BF16;

  private static final int LOWER_HALF = 0xffff;
  private static final int HALF = 16;

  /** A model whose matrices are rounded to the nearest, to the even one of two. */
  public Weights round(Weights weights) {
    if (this == F32) {
      return weights;
    }
    List<Tensor> rounded =
        weights.tensors().stream()
            .map(
                tensor ->
                    tensor.shape().size() < 2
                        ? tensor
                        : Tensor.of(
                            tensor.name(), tensor.shape(), place -> rounded(tensor.at(place))))
            .toList();
    return Weights.of(weights.config(), weights.outputs(), rounded);
  }

  private static float rounded(float value) {
    if (!Float.isFinite(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    int even = (bits >>> HALF) & 1;
    return Float.intBitsToFloat((bits + (LOWER_HALF >> 1) + even) & ~LOWER_HALF);
  }
}
