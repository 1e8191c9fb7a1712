package org.tornadogru.train;

import java.util.List;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Weights;

/**
 * A trained model and what its training measured.
 *
 * @param weights after the last epoch
 * @param epochs at least one
 * @param transfers bytes moved in all of it
 */
public record TrainingResult(Weights weights, List<EpochMetrics> epochs, Transfers transfers) {

  public TrainingResult {
    epochs = List.copyOf(epochs);
  }

  public EpochMetrics last() {
    return epochs.getLast();
  }
}
