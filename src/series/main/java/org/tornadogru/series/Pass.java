package org.tornadogru.series;

import java.util.Map;
import org.tornadogru.formats.Checkpoint;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.BatchMetrics;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingState;
import org.tornadogru.train.Validation;

/** Tells of one pass of a training as a part of the whole. */
final class Pass implements TrainingListener {

  private final SeriesListener listener;
  private final int epochsBefore;
  private final Map<String, String> words;
  private TrainingState latest;

  /**
   * A pass.
   *
   * @param epochsBefore those of the pass before
   * @param words what its checkpoints keep beside
   * @param from where it goes on; null for its beginning
   */
  Pass(SeriesListener listener, int epochsBefore, Map<String, String> words, TrainingState from) {
    this.listener = listener;
    this.epochsBefore = epochsBefore;
    this.words = words;
    latest = from;
  }

  /** The epoch of the best validation; 1 before there was any. */
  int best() {
    return Math.max(1, latest.epoch() - 1 - latest.waited());
  }

  @Override
  public void batchDone(BatchMetrics batch) {
    listener.batchDone(
        new BatchMetrics(
            epochsBefore + batch.epoch(),
            batch.batch(),
            batch.batches(),
            batch.loss(),
            batch.targetsPerSecond()));
  }

  @Override
  public void validated(Validation validation) {
    listener.validated(validation);
  }

  @Override
  public void checkpoint(TrainingState state) {
    latest = state;
    listener.checkpoint(new Checkpoint(state, words));
  }

  @Override
  public void epochDone(EpochMetrics epoch, Weights weights) {
    listener.epochDone(
        new EpochMetrics(
            epochsBefore + epoch.epoch(),
            epoch.trainLoss(),
            epoch.validationLoss(),
            epoch.seconds(),
            epoch.targetsPerSecond(),
            epoch.bytesToDevice(),
            epoch.bytesFromDevice()),
        weights);
  }
}
