package org.tornadogru.train;

import java.util.List;
import java.util.Objects;
import org.tornadogru.nn.Weights;

/** Hears of the progress of a training, in the thread that trains; its time is not measured. */
public interface TrainingListener {

  /** After each batch. */
  default void batchDone(BatchMetrics batch) {}

  /** After each validation. */
  default void validated(Validation validation) {}

  /**
   * Where the training could go on from: after each epoch, within epochs if asked for, and when it
   * is stopped.
   */
  default void checkpoint(TrainingState state) {}

  /**
   * After each epoch whose losses were finite.
   *
   * @param weights as they are now on the device; valid during the call only
   */
  default void epochDone(EpochMetrics epoch, Weights weights) {}

  /** Tells each in turn. */
  static TrainingListener all(TrainingListener... listeners) {
    List<TrainingListener> list = List.of(Objects.requireNonNull(listeners, "listeners"));
    return new TrainingListener() {
      @Override
      public void batchDone(BatchMetrics batch) {
        list.forEach(listener -> listener.batchDone(batch));
      }

      @Override
      public void validated(Validation validation) {
        list.forEach(listener -> listener.validated(validation));
      }

      @Override
      public void checkpoint(TrainingState state) {
        list.forEach(listener -> listener.checkpoint(state));
      }

      @Override
      public void epochDone(EpochMetrics epoch, Weights weights) {
        list.forEach(listener -> listener.epochDone(epoch, weights));
      }
    };
  }
}
