package org.tornadogru.nn;

import org.tornadogru.InvalidInputException;

/**
 * The shape of a GRU layer.
 *
 * @param inputSize features per step; for a language model, the symbols of its vocabulary
 * @param hiddenSize units of the hidden state, H
 * @param reset where the reset gate acts
 */
public record GruConfig(int inputSize, int hiddenSize, ResetPlacement reset) {

  public GruConfig {
    if (inputSize < 1 || hiddenSize < 1) {
      throw new InvalidInputException(
          "a GRU needs at least one input and one hidden unit, not %d and %d"
              .formatted(inputSize, hiddenSize));
    }
    long largest = Math.max(inputSize, hiddenSize) + 1L;
    if (largest * 3 * hiddenSize > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "a GRU of %d inputs and %d hidden units has more than 2³¹ weights in one array: choose fewer"
              .formatted(inputSize, hiddenSize));
    }
  }

  /** Columns of the gate products: 3·hidden, gates r, z, n. */
  public int gateColumns() {
    return 3 * hiddenSize;
  }
}
