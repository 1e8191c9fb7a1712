package org.tornadogru.train;

import org.tornadogru.nn.InvalidInputException;

/** A loss became NaN or infinite; what was saved after the epochs before is still good. */
public class DivergedException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  private final int epoch;

  DivergedException(String what, int epoch) {
    super(
        "%s: lower the learning rate or the clip; %s"
            .formatted(
                what,
                epoch == 1
                    ? "no epoch before it was good"
                    : "the model of epoch %d is the last good one".formatted(epoch - 1)));
    this.epoch = epoch;
  }

  /** The epoch it happened in, counted from 1. */
  public int epoch() {
    return epoch;
  }
}
