package org.tornadogru.series;

import org.tornadogru.formats.Checkpoint;
import org.tornadogru.train.TrainingListener;

/**
 * Hears of the progress of a training of a table. The epochs of its second pass are counted on from
 * those of the first, and have no validation.
 */
public interface SeriesListener extends TrainingListener {

  /**
   * Where the training could go on from: after each epoch, and when it is stopped.
   *
   * @see SeriesTraining#resume
   */
  default void checkpoint(Checkpoint checkpoint) {}

  /**
   * The best model before the training is through: of a part of the rows.
   *
   * @param model open during the call only
   */
  default void better(SeriesModel model) {}
}
