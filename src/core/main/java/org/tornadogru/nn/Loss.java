package org.tornadogru.nn;

/** What a model's outputs are measured by. */
public enum Loss {
  /** Softmax cross-entropy against a class, in nats, mean over what counts. */
  CROSS_ENTROPY,
  /** Squared error, mean over what counts and over the outputs. */
  SQUARED_ERROR
}
