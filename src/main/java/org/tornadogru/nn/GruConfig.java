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
  }
}
