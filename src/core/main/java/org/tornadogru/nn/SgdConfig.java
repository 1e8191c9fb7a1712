package org.tornadogru.nn;

/**
 * Stochastic gradient descent with clipping.
 *
 * @param learningRate η, positive
 * @param clip largest global norm of the gradient of the mean loss, positive
 */
public record SgdConfig(float learningRate, float clip) {

  public SgdConfig {
    requirePositive("learning rate", learningRate);
    requirePositive("clip", clip);
  }

  private static void requirePositive(String name, float value) {
    if (!(value > 0) || Float.isInfinite(value)) {
      throw new InvalidInputException("%s must be positive, not %s".formatted(name, value));
    }
  }
}
