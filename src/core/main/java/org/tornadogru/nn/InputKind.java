package org.tornadogru.nn;

/** What a sequence is made of. */
public enum InputKind {
  /** A vector of {@code inputSize} features per step. */
  DENSE,
  /**
   * A token id per step, below {@code inputSize}: it stands for the one-hot vector, and picks a
   * column of {@code weight_ih_l0} without a product; or for a vector of the embedding, if there is
   * one.
   */
  TOKENS
}
