package org.tornadogru.train;

import java.util.Optional;
import org.tornadogru.ModelState;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Plateau;

/**
 * A training between two updates: one that gets it goes on as this one would have.
 *
 * @param model what the next update depends on
 * @param epoch the one it is in, counted from 1
 * @param batch batches of the epoch that are done
 * @param lossSum of their losses, times weights
 * @param weights of their labels
 * @param labels how many of them counted
 * @param seconds that they took
 * @param plateau how the learning rate stands
 * @param best the weights of the best validation; empty before the first, or if they are not kept
 * @param bestLoss of that validation; infinite before the first
 * @param waited validations since then
 */
public record TrainingState(
    ModelState model,
    int epoch,
    int batch,
    double lossSum,
    double weights,
    long labels,
    double seconds,
    Plateau.State plateau,
    Optional<Weights> best,
    double bestLoss,
    int waited) {

  /** What its validations have come to. */
  public Standing standing() {
    return new Standing(bestLoss, waited, plateau);
  }

  /** The weights to take now: the best if they are kept, otherwise the average or the last. */
  public Weights result() {
    return best.orElseGet(() -> model.averages().orElse(model.weights()));
  }
}
