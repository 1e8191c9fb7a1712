package org.tornadogru.text;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;

/**
 * A list of windows of a text in batches of equal size, each cut when it is asked for: {@code
 * steps} inputs and, one place later, as many targets.
 *
 * <p>What the text, or the last batch, does not have is {@link Sequences#PADDING}.
 */
public final class TokenBatches implements Batches {

  private static final int LARGEST_BATCH = 1024;

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

  /**
   * Windows that follow one another, so that every character but the first is predicted once.
   *
   * <pre>
   *  tokens       t h e   t i m e   m a c h i n e
   *  steps = 4    └───────┘                          predicts  h e ␣ t
   *                       └───────┘                            i m e ␣
   *                               └───────┘                    m a c h …
   * </pre>
   *
   * @param tokens [characters], kept and not copied
   * @param steps predictions per window; fewer if the text is shorter
   * @throws InvalidInputException if there is nothing to predict
   */
  public static TokenBatches following(int[] tokens, int steps) {
    if (tokens.length < 2) {
      throw new InvalidInputException(
          "the text has %d characters after encoding: at least 2 are needed to predict one"
              .formatted(tokens.length));
    }
    int characters = tokens.length - 1;
    int length = Math.min(steps, characters);
    int windows = Math.ceilDiv(characters, length);
    // Equal batches, so that little is padding.
    int batch = Math.ceilDiv(windows, Math.ceilDiv(windows, LARGEST_BATCH));
    return new TokenBatches(tokens, length, batch, windows, index -> index * length);
  }

  /** Inputs per window; a window has one character more. */
  public int steps() {
    return steps;
  }

  /** Rows per batch, padding included. */
  public int batch() {
    return batch;
  }

  @Override
  public int count() {
    return Math.ceilDiv(windows, batch);
  }

  /**
   * The number of windows in one batch: {@code batch}, or fewer in the last.
   *
   * @throws IndexOutOfBoundsException if there is no such batch
   */
  public int rows(int index) {
    Objects.checkIndex(index, count());
    return Math.min(batch, windows - index * batch);
  }

  /**
   * One batch.
   *
   * @throws IndexOutOfBoundsException if there is no such batch
   */
  @Override
  public Batch get(int index) {
    return Batch.ofTokens(Sequences.ofTokens(batch, tokens(index)));
  }

  /** One batch, time-major: [steps + 1][batch]. */
  int[] tokens(int index) {
    int rows = rows(index);
    int[] cut = new int[(steps + 1) * batch];
    Arrays.fill(cut, Sequences.PADDING);
    for (int row = 0; row < rows; row++) {
      int start = windowStart.applyAsInt(index * batch + row);
      int length = Math.min(steps + 1, tokens.length - start);
      for (int time = 0; time < length; time++) {
        cut[time * batch + row] = tokens[start + time];
      }
    }
    return cut;
  }
}
