package org.tornadogru.optim;

import java.io.Serializable;
import org.tornadogru.nn.InvalidInputException;

/**
 * Lowers the learning rate where the validation loss does not fall any more: PyTorch's {@code
 * ReduceLROnPlateau} with mode {@code min}, threshold mode {@code rel}, {@code cooldown=0}, {@code
 * min_lr=0} and {@code eps=0}. PyTorch's own {@code eps} of 1e-8 leaves a rate as it is that would
 * be lowered by less.
 *
 * @param factor what the rate is multiplied by, above 0 and below 1
 * @param patience validations without a better loss that are waited for
 * @param threshold by what part of itself a loss has to be lower to be better
 */
public record Plateau(double factor, int patience, double threshold) implements Serializable {

  public Plateau {
    if (!(factor > 0 && factor < 1) || patience < 0 || !(threshold >= 0)) {
      throw new InvalidInputException(
          "a plateau has a factor above 0 and below 1, and patience and threshold of 0 or more, not %s, %d and %s"
              .formatted(factor, patience, threshold));
    }
  }

  /** PyTorch's. */
  public Plateau() {
    this(0.1, 10, 1e-4);
  }

  /**
   * How it stands.
   *
   * @param scale what the rate is multiplied by
   * @param best the best loss so far
   * @param waited validations since then, or since the rate was lowered
   */
  public record State(double scale, double best, int waited) {

    /** At the beginning. */
    public static final State FIRST = new State(1, Double.POSITIVE_INFINITY, 0);
  }

  /** How it stands after another validation. */
  public State after(State before, double loss) {
    if (loss < before.best * (1 - threshold)) {
      return new State(before.scale, loss, 0);
    }
    return before.waited < patience
        ? new State(before.scale, before.best, before.waited + 1)
        : new State(before.scale * factor, before.best, 0);
  }
}
