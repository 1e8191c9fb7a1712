package org.tornadogru.optim;

import java.io.Serializable;
import org.tornadogru.nn.InvalidInputException;

/**
 * The formula of an update. Its state lies on the device beside the weights; its rates are data of
 * each update.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/optim.html">torch.optim</a>
 */
public sealed interface Optimizer extends Serializable permits Sgd, Adam, RmsProp, Adagrad, NAdam {

  /** η, positive; a schedule or the caller may set another one for each update. */
  float learningRate();

  /** λ, how much of a weight counts as its gradient, or is taken away from it; 0 for none. */
  float weightDecay();

  /** Checks a rate. */
  static void requirePositive(String name, float value) {
    if (!(value > 0) || Float.isInfinite(value)) {
      throw new InvalidInputException("%s must be positive, not %s".formatted(name, value));
    }
  }

  /** Checks what may be zero. */
  static void requireNotNegative(String name, float value) {
    if (!(value >= 0) || Float.isInfinite(value)) {
      throw new InvalidInputException("%s must not be negative, but is %s".formatted(name, value));
    }
  }

  /** Checks how much of an average is kept. */
  static void requireFraction(String name, float value) {
    if (!(value >= 0 && value < 1)) {
      throw new InvalidInputException(
          "%s must be from 0 to below 1, not %s".formatted(name, value));
    }
  }
}
