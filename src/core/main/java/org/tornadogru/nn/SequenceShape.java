package org.tornadogru.nn;

/**
 * The shape of one execution: sequences of {@code steps}, {@code batch} of them side by side.
 *
 * @param steps T
 * @param batch B
 */
public record SequenceShape(int steps, int batch) {

  public SequenceShape {
    if (steps < 1 || batch < 1) {
      throw new InvalidInputException(
          "a batch needs at least one step and one row, not %d and %d".formatted(steps, batch));
    }
    if ((steps + 1L) * batch > Integer.MAX_VALUE / Float.BYTES) {
      throw new InvalidInputException(
          "%d steps of %d rows are more than an array can hold: choose a smaller batch or fewer steps"
              .formatted(steps, batch));
    }
  }

  /** Predictions per execution, T·B. */
  public int positions() {
    return steps * batch;
  }

  /** Ids per execution: inputs, and targets one step later, (T + 1)·B. */
  public int tokens() {
    return (steps + 1) * batch;
  }
}
