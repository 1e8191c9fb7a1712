package org.tornadogru.train;

import org.tornadogru.optim.Plateau;

/**
 * How a training stands after its validations.
 *
 * @param bestLoss of the best of them; infinite before the first
 * @param waited validations since then
 * @param plateau how the learning rate stands
 */
public record Standing(double bestLoss, int waited, Plateau.State plateau) {

  /** Before the first validation. */
  public static final Standing FIRST =
      new Standing(Double.POSITIVE_INFINITY, 0, Plateau.State.FIRST);

  /** Whether there was none better before. */
  public boolean isBest(double loss) {
    return loss < bestLoss;
  }

  /** How it stands after another validation. */
  public Standing after(double loss, TrainingOptions options) {
    Plateau.State next =
        options.plateau() == null ? plateau : options.plateau().after(plateau, loss);
    return isBest(loss) ? new Standing(loss, 0, next) : new Standing(bestLoss, waited + 1, next);
  }

  /** Whether it has waited long enough for a better loss. */
  public boolean isHopeless(TrainingOptions options) {
    return options.patience() > 0 && waited >= options.patience();
  }

  /**
   * What the learning rate is multiplied by.
   *
   * @param update counted from 0
   */
  public double rate(long update, TrainingOptions options) {
    return options.schedule().factor(update) * plateau.scale();
  }
}
