package org.tornadogru.nn;

/** What stands in the output at a step that a mask leaves out; the state is held either way. */
public enum MaskedOutput {
  /** Zeros: PyTorch's padding, ONNX, Keras with {@code zero_output_for_mask}. */
  ZERO,
  /** The walk's previous output, zeros before the first: Keras. */
  HOLD
}
