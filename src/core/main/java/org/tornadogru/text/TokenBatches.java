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
 * <p>What the text, or the last batch, does not have is {@link Sequences#PADDING}, at the end of a
 * row: it has no label, and nothing that counts comes after it.
 */
public final class TokenBatches implements Batches {

  private static final int LARGEST_BATCH = 1024;

  private final int[] tokens;
  private final int steps;
  private final int batch;
  private final int windows;
  private final IntUnaryOperator windowStart;

  /** The place behind the last character that window 0 to {@code windows - 1} may have. */
  private final IntUnaryOperator windowEnd;

  /** Whether each window goes on where the one in the same row of the batch before ended. */
  private final boolean streams;

  /**
   * Windows that have nothing to do with one another.
   *
   * @param tokens [characters]
   * @param windowStart the place in the text of the first character of window 0 to {@code windows -
   *     1}
   */
  TokenBatches(int[] tokens, int steps, int batch, int windows, IntUnaryOperator windowStart) {
    this(tokens, steps, batch, windows, windowStart, index -> tokens.length, false);
  }

  private TokenBatches(
      int[] tokens,
      int steps,
      int batch,
      int windows,
      IntUnaryOperator windowStart,
      IntUnaryOperator windowEnd,
      boolean streams) {
    requireSizes(batch, steps);
    this.tokens = tokens;
    this.steps = steps;
    this.batch = batch;
    this.windows = windows;
    this.windowStart = windowStart;
    this.windowEnd = windowEnd;
    this.streams = streams;
  }

  static void requireSteps(int steps) {
    if (steps < 1) {
      throw new InvalidInputException("a window has at least 1 step, not " + steps);
    }
  }

  private static void requireSizes(int batch, int steps) {
    requireSteps(steps);
    if (batch < 1) {
      throw new InvalidInputException("a batch has at least 1 window, not " + batch);
    }
    if ((steps + 1L) * batch > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "a batch of %d windows of %d steps is larger than an array can be: give a smaller batch"
              .formatted(batch, steps));
    }
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
    requireSteps(steps);
    int characters = targets(tokens.length);
    int length = Math.min(steps, characters);
    int windows = Math.ceilDiv(characters, length);
    // Equal batches, so that little is padding.
    int batch = Math.ceilDiv(windows, Math.ceilDiv(windows, LARGEST_BATCH));
    return new TokenBatches(tokens, length, batch, windows, index -> index * length);
  }

  /**
   * A text in rows that a stateful model reads from left to right, batch after batch, so that every
   * character but the first is predicted once, and from all that its row has before it.
   *
   * <pre>
   *  tokens              t h e   t i m e   m a c h i n e
   *  batch = 2           └───────────┘                       row 0    predicts  h e ␣ t i m e
   *                                  └───────────┘           row 1              ␣ m a c h i n e
   *  steps = 3, row 1    └─────┘     └─────┘                 get(0), at the zero state
   *                            └─────┘     └─────┘           get(1), from where get(0) ended
   *                                  └ ·         └───┘       get(2), the rest is padding
   * </pre>
   *
   * Rows differ by one character at most, and none is shorter than {@code steps}: a text shorter
   * than {@code batch · steps} leaves the last rows empty. Only the last batch has padding besides.
   *
   * @param tokens [characters], kept and not copied
   * @param batch rows
   * @param steps predictions per row and batch, through which gradients flow
   * @throws InvalidInputException if there is nothing to predict
   * @see <a href="https://github.com/karpathy/char-rnn">char-rnn, whose batches these are</a>
   */
  public static TokenBatches streams(int[] tokens, int batch, int steps) {
    return streams(tokens, 0, tokens.length, batch, steps);
  }

  /** The same of a part of the text, from a place to the one before {@code to}. */
  static TokenBatches streams(int[] tokens, int from, int to, int batch, int steps) {
    requireSizes(batch, steps);
    int characters = targets(to - from);
    int rows = Math.clamp(characters / steps, 1, batch);
    int[] starts = new int[batch + 1]; // the last of a row is the first of the next
    Arrays.setAll(starts, row -> from + (int) ((long) Math.min(row, rows) * characters / rows));
    return new TokenBatches(
        tokens,
        steps,
        batch,
        Math.ceilDiv(Math.ceilDiv(characters, rows), steps) * batch,
        window -> starts[window % batch] + window / batch * steps,
        window -> starts[window % batch + 1] + 1,
        true);
  }

  /** How many characters of so many have one before them. */
  private static int targets(int characters) {
    if (characters < 2) {
      throw new InvalidInputException(
          "the text has %d characters after encoding: at least 2 are needed to predict one"
              .formatted(characters));
    }
    return characters - 1;
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
   * One batch. Each begins anew, of streams the first.
   *
   * @throws IndexOutOfBoundsException if there is no such batch
   */
  @Override
  public Batch get(int index) {
    Batch cut = Batch.ofTokens(Sequences.ofTokens(batch, tokens(index)));
    return streams && index > 0 ? cut : cut.beginning();
  }

  /** One batch, time-major: [steps + 1][batch]. */
  int[] tokens(int index) {
    int rows = rows(index);
    int[] starts = new int[rows];
    int[] lengths = new int[rows];
    for (int row = 0; row < rows; row++) {
      starts[row] = windowStart.applyAsInt(index * batch + row);
      int length = Math.min(steps + 1, windowEnd.applyAsInt(index * batch + row) - starts[row]);
      lengths[row] = length > 1 ? length : 0; // one character alone would predict nothing
    }
    int[] cut = new int[(steps + 1) * batch];
    Arrays.fill(cut, Sequences.PADDING);
    for (int time = 0; time <= steps; time++) { // in the order of the memory that is written
      for (int row = 0; row < rows; row++) {
        if (time < lengths[row]) {
          cut[time * batch + row] = tokens[starts[row] + time];
        }
      }
    }
    return cut;
  }
}
