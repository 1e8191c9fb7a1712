package org.tornadogru.nn;

/**
 * Where the reset gate r acts on the recurrent product of the candidate state n.
 *
 * <p>Weights trained with one placement are wrong for the other, so a checkpoint stores it.
 *
 * @see <a href="https://arxiv.org/abs/1406.1078v1">Cho et al. 2014: version 1 resets after, version
 *     3 before the product</a>
 */
public enum ResetPlacement {
  /** {@code n = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn)}: d2l from scratch, ONNX's default. */
  BEFORE,
  /** {@code n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))}: PyTorch, cuDNN, Keras' default. */
  AFTER
}
