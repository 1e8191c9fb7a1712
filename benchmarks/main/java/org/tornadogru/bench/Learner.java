package org.tornadogru.bench;

import org.tornadogru.Batch;

/** The model of a {@link Lesson} as a library has it. What it owns is freed by closing it. */
public interface Learner extends AutoCloseable {

  /**
   * One update on a batch: from the state where the batch before ended, unless it {@linkplain
   * Batch#begins begins} anew.
   *
   * @param rate η
   * @return the mean loss before the update, nats per character
   */
  float train(Batch batch, double rate);

  /** The mean loss of a batch, without dropout, from the state where the one before ended. */
  float evaluate(Batch batch);

  @Override
  void close();
}
