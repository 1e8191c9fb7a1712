package org.tornadogru.nn;

/** The kinds of parameters, which may begin in different ways. */
public enum ParameterKind {
  /**
   * {@code embedding.weight}, [V, E]; it is the output layer's weight too if that is tied to it.
   */
  EMBEDDING,
  /** {@code weight_ih}, [3H, in]. */
  INPUT_WEIGHT,
  /** {@code weight_hh}, [3H, H]. */
  RECURRENT_WEIGHT,
  /** {@code bias_ih} and {@code bias_hh}, [3H]. */
  BIAS,
  /** {@code linear.weight} and {@code dense_{k}.weight}, [out, in]. */
  LINEAR_WEIGHT,
  /** {@code linear.bias} and {@code dense_{k}.bias}, [out]. */
  LINEAR_BIAS;

  /** Whether it has one dimension. */
  boolean isVector() {
    return this == BIAS || this == LINEAR_BIAS;
  }
}
