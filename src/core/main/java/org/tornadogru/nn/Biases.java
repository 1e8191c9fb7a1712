package org.tornadogru.nn;

/** Which bias vectors a layer has. */
public enum Biases {
  /** {@code bias_ih} and {@code bias_hh}: PyTorch, cuDNN, ONNX, Keras with its reset gate after. */
  TWO,
  /** {@code bias_ih} alone: Keras with its reset gate before. */
  ONE,
  /** None at all. */
  NONE
}
