package org.tornadogru.train;

import java.io.Serializable;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.optim.Plateau;
import org.tornadogru.optim.Schedule;

/**
 * How a training goes on from update to update.
 *
 * <pre>{@code
 * TrainingOptions.DEFAULT.withSchedule(new Schedule.Cosine(5000, 200, 0)).withPatience(5);
 * }</pre>
 *
 * @param schedule of the learning rate
 * @param plateau lowers the rate where validation gets no better; null for never
 * @param accumulate batches per update
 * @param validateEvery updates between validations within an epoch; 0 for none, there is always one
 *     at its end
 * @param patience validations without a better loss before the training stops; 0 to go on to the
 *     end
 * @param keepBest whether the result is the weights of the best validation, not the last ones
 * @param checkpointEvery updates between checkpoints within an epoch; 0 for none, there is always
 *     one at its end
 */
public record TrainingOptions(
    Schedule schedule,
    Plateau plateau,
    int accumulate,
    long validateEvery,
    int patience,
    boolean keepBest,
    long checkpointEvery)
    implements Serializable {

  /**
   * A constant rate, an update for each batch, validation at the end of epochs, the last weights.
   */
  public static final TrainingOptions DEFAULT =
      new TrainingOptions(Schedule.CONSTANT, null, 1, 0, 0, false, 0);

  public TrainingOptions {
    if (accumulate < 1 || validateEvery < 0 || patience < 0 || checkpointEvery < 0) {
      throw new InvalidInputException(
          "an update has 1 batch or more, and patience and updates between validations and checkpoints are 0 or more, not %d, %d, %d and %d"
              .formatted(accumulate, patience, validateEvery, checkpointEvery));
    }
  }

  /** The same with a schedule of the learning rate. */
  public TrainingOptions withSchedule(Schedule value) {
    return new TrainingOptions(
        value, plateau, accumulate, validateEvery, patience, keepBest, checkpointEvery);
  }

  /** The same with a rate that is lowered where validation gets no better. */
  public TrainingOptions withPlateau(Plateau value) {
    return new TrainingOptions(
        schedule, value, accumulate, validateEvery, patience, keepBest, checkpointEvery);
  }

  /** The same with updates by the gradient of several batches. */
  public TrainingOptions withAccumulation(int batches) {
    return new TrainingOptions(
        schedule, plateau, batches, validateEvery, patience, keepBest, checkpointEvery);
  }

  /** The same with validations within epochs. */
  public TrainingOptions withValidationEvery(long updates) {
    return new TrainingOptions(
        schedule, plateau, accumulate, updates, patience, keepBest, checkpointEvery);
  }

  /** The same, but it stops where validation gets no better, and the best weights are kept. */
  public TrainingOptions withPatience(int validations) {
    return new TrainingOptions(
        schedule, plateau, accumulate, validateEvery, validations, true, checkpointEvery);
  }

  /** The same, but the weights of the best validation are kept. */
  public TrainingOptions keepingBest() {
    return new TrainingOptions(
        schedule, plateau, accumulate, validateEvery, patience, true, checkpointEvery);
  }

  /** The same with checkpoints within epochs. */
  public TrainingOptions withCheckpointEvery(long updates) {
    return new TrainingOptions(
        schedule, plateau, accumulate, validateEvery, patience, keepBest, updates);
  }
}
