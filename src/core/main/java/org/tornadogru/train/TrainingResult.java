package org.tornadogru.train;

import java.util.List;
import java.util.Objects;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Weights;

/**
 * A trained model and what its training measured.
 *
 * @param weights of the best validation if they are kept, otherwise the last, or their average
 *     where one is kept
 * @param epochs that were finished
 * @param transfers bytes moved in all of it
 * @param end why it ended
 */
public record TrainingResult(
    Weights weights, List<EpochMetrics> epochs, Transfers transfers, End end) {

  /** Why a training ends. */
  public enum End {
    /** All epochs were done. */
    DONE,
    /** Validation got no better. */
    NO_BETTER,
    /** Somebody called {@link Trainer#stop}. */
    STOPPED
  }

  public TrainingResult {
    epochs = List.copyOf(Objects.requireNonNull(epochs, "epochs"));
  }

  public EpochMetrics last() {
    return epochs.getLast();
  }
}
