package org.tornadogru.text;

import org.tornadogru.Batches;
import org.tornadogru.nn.InvalidInputException;

/**
 * The stride-1 windows of a text, split into training and validation.
 *
 * <pre>{@code
 * TokenWindows windows = TokenWindows.d2l(vocabulary.encode(corpus.text()), 32);
 * Trainer trainer =
 *     new Trainer(model, epoch -> windows.training(1024, seed, epoch), windows.validation(1024));
 * }</pre>
 *
 * <p>Window i is {@code tokens[i .. i + steps]}, both ends included: {@code steps} inputs and, one
 * place later, as many targets. Windows are never copied out of the text; a batch is cut when it is
 * asked for.
 *
 * <pre>
 *  tokens          t h e   t i m e   m a c h i n e
 *  steps = 4       └───────┘                          window 0
 *                    └───────┘                        window 1
 * </pre>
 *
 * @see <a href="https://d2l.ai/chapter_recurrent-neural-networks/language-model.html">d2l.ai, 9.3
 *     Language Models</a>
 */
public final class TokenWindows {
  private static final int D2L_TRAIN = 10_000;
  private static final int D2L_VALIDATION = 5_000;

  private final int[] tokens;
  private final int steps;
  private final int trainCount;
  private final int firstValidation;
  private final int validationCount;

  private TokenWindows(
      int[] tokens, int steps, int trainCount, int firstValidation, int validationCount) {
    this.tokens = tokens;
    this.steps = steps;
    this.trainCount = trainCount;
    this.firstValidation = firstValidation;
    this.validationCount = validationCount;
  }

  /**
   * d2l's split: windows 0 to 9,999 train, 10,000 to 14,999 validate, the rest of the text is
   * unused. The last training windows overlap the first validation windows, as they do in d2l.
   *
   * @param tokens [characters], kept and not copied
   * @param steps inputs per window
   * @throws InvalidInputException if the text has fewer than 15,000 windows
   */
  public static TokenWindows d2l(int[] tokens, int steps) {
    TokenBatches.requireSteps(steps);
    long needed = d2lTokens(steps);
    if (tokens.length < needed) {
      throw new InvalidInputException(
          ("the text has %d characters but 15000 windows of %d steps need %d:"
                  + " give a longer text, or use all windows of it")
              .formatted(tokens.length, steps, needed));
    }
    return new TokenWindows(tokens, steps, D2L_TRAIN, D2L_TRAIN, D2L_VALIDATION);
  }

  /** How many tokens d2l's windows of so many steps are cut from: what follows is unused. */
  public static long d2lTokens(int steps) {
    return (long) D2L_TRAIN + D2L_VALIDATION + steps;
  }

  /**
   * All of the text, in d2l's proportion: the windows within the first two thirds train, those
   * within the last third validate. No character is in both.
   *
   * @param tokens [characters], kept and not copied
   * @param steps inputs per window
   * @throws InvalidInputException if a part is shorter than one window
   */
  public static TokenWindows all(int[] tokens, int steps) {
    TokenBatches.requireSteps(steps);
    // From this length on, floor(2/3) and ceil(1/3) of it each hold steps + 1 characters.
    long needed = 3L * steps + 1;
    if (tokens.length < needed) {
      throw new InvalidInputException(
          ("the text has %d characters; %d steps need at least %d,"
                  + " or its last third is shorter than one window:"
                  + " give a longer text or fewer steps")
              .formatted(tokens.length, steps, needed));
    }
    int boundary = (int) (2L * tokens.length / 3);
    return new TokenWindows(
        tokens, steps, boundary - steps, boundary, tokens.length - boundary - steps);
  }

  /** Inputs per window; a window has one character more. */
  public int steps() {
    return steps;
  }

  public int trainCount() {
    return trainCount;
  }

  public int validationCount() {
    return validationCount;
  }

  /**
   * The training windows of one epoch, each once, shuffled.
   *
   * @param batch windows per batch; the last batch may have fewer
   * @param seed of the run
   * @param epoch the same seed and epoch give the same order, another epoch another one
   * @throws InvalidInputException if a batch is smaller than 1 or larger than an array can be
   */
  public TokenBatches training(int batch, long seed, int epoch) {
    int[] order = Batches.order(trainCount, seed, epoch);
    return new TokenBatches(tokens, steps, batch, trainCount, index -> order[index]);
  }

  /**
   * The validation windows in the order of the text.
   *
   * @param batch windows per batch; the last batch may have fewer
   * @throws InvalidInputException if a batch is smaller than 1 or larger than an array can be
   */
  public TokenBatches validation(int batch) {
    return new TokenBatches(
        tokens, steps, batch, validationCount, index -> firstValidation + index);
  }

  /** Rows of a batch that should not have more than there are windows: more are padding. */
  public int rows(int batch) {
    return Math.min(batch, Math.max(trainCount, validationCount));
  }
}
