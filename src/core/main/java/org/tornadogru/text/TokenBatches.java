package org.tornadogru.text;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.tornadogru.nn.InvalidInputException;

/**
 * A list of windows in batches of equal size, each written out when it is asked for.
 *
 * <pre>{@code
 * TokenBatches batches = windows.training(1024, seed, epoch);
 * int[] tokens = new int[(batches.steps() + 1) * batches.batch()];
 * for (int index = 0; index < batches.batches(); index++) {
 *   int rows = batches.fill(index, tokens);
 * }
 * }</pre>
 */
public final class TokenBatches {
  /**
   * What stands in every place of a row that the last batch does not have. No token is negative.
   */
  public static final int PADDING = -1;

  private final int[] tokens;
  private final int steps;
  private final int batch;
  private final int windows;
  private final IntUnaryOperator windowStart;

  /**
   * @param tokens [characters]
   * @param windowStart the place in the text of the first character of window 0 to {@code windows -
   *     1}
   */
  TokenBatches(int[] tokens, int steps, int batch, int windows, IntUnaryOperator windowStart) {
    if (batch < 1) {
      throw new InvalidInputException("a batch has at least 1 window, not " + batch);
    }
    if ((steps + 1L) * batch > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "a batch of %d windows of %d steps is larger than an array can be: give a smaller batch"
              .formatted(batch, steps));
    }
    this.tokens = tokens;
    this.steps = steps;
    this.batch = batch;
    this.windows = windows;
    this.windowStart = windowStart;
  }

  /** Inputs per window; a window has one character more. */
  public int steps() {
    return steps;
  }

  /** Rows per batch, padding included. */
  public int batch() {
    return batch;
  }

  /** The number of batches. */
  public int batches() {
    return Math.ceilDiv(windows, batch);
  }

  /**
   * The number of windows in one batch: {@code batch}, or fewer in the last.
   *
   * @throws IndexOutOfBoundsException if there is no such batch
   */
  public int rows(int index) {
    Objects.checkIndex(index, batches());
    return Math.min(batch, windows - index * batch);
  }

  /**
   * Writes one batch, time-major: character t of window b goes to element {@code t * batch + b}.
   * Rows beyond the last window are filled with {@link #PADDING}.
   *
   * @param index 0 to {@code batches() - 1}
   * @param out [steps + 1][batch]
   * @return the number of real rows
   * @throws IndexOutOfBoundsException if there is no such batch
   * @throws IllegalArgumentException if the array has another size
   */
  public int fill(int index, int[] out) {
    int rows = rows(index);
    if (out.length != (steps + 1) * batch) {
      throw new IllegalArgumentException(
          "the batch array has %d elements: expected [%d][%d]"
              .formatted(out.length, steps + 1, batch));
    }
    for (int row = 0; row < rows; row++) {
      int start = windowStart.applyAsInt(index * batch + row);
      for (int t = 0; t <= steps; t++) {
        out[t * batch + row] = tokens[start + t];
      }
    }
    if (rows < batch) {
      for (int t = 0; t <= steps; t++) {
        Arrays.fill(out, t * batch + rows, (t + 1) * batch, PADDING);
      }
    }
    return rows;
  }
}
