package org.tornadogru.nn;

/**
 * A hidden layer between a GRU and the linear layer: {@code y = f(W x + b)}.
 *
 * @param size features of y
 * @param activation f
 */
public record Dense(int size, ActivationFunction activation) {

  public Dense {
    if (size < 1) {
      throw new InvalidInputException("a dense layer has at least one unit, not " + size);
    }
  }

  /** Its size and its function: {@code 32 relu}. */
  @Override
  public String toString() {
    return size + " " + activation;
  }
}
