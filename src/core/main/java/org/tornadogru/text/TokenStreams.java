package org.tornadogru.text;

import org.tornadogru.nn.InvalidInputException;

/**
 * A whole text as streams, split into training and a validation tail. No character is in both, and
 * none is left out.
 *
 * <pre>{@code
 * TokenStreams streams = TokenStreams.of(vocabulary.encode(corpus.text()), 50, 64);
 * try (SequenceModel model = SequenceModel.stateful(weights, head, sgd, device)) {
 *   new Trainer(model, epoch -> streams.training(), streams.validation()).train(10, listener);
 * }
 * }</pre>
 *
 * <p>Both parts have batches of one shape, so that a model needs one plan for them.
 *
 * @see TokenBatches#streams
 */
public final class TokenStreams {

  /** How much of a text validates if nothing else is said. */
  public static final double VALIDATION = 0.05;

  private final TokenBatches training;
  private final TokenBatches validation;
  private final int trainTokens;
  private final int validationTokens;

  private TokenStreams(int[] tokens, int boundary, int batch, int steps) {
    training = TokenBatches.streams(tokens, 0, boundary, batch, steps);
    validation = TokenBatches.streams(tokens, boundary, tokens.length, batch, steps);
    trainTokens = boundary;
    validationTokens = tokens.length - boundary;
  }

  /** A split of which the last {@value #VALIDATION} validate. */
  public static TokenStreams of(int[] tokens, int batch, int steps) {
    return of(tokens, batch, steps, VALIDATION);
  }

  /**
   * A split.
   *
   * @param tokens [characters], kept and not copied
   * @param batch rows
   * @param steps predictions per row and batch, through which gradients flow
   * @param validation how much of the text validates, above 0 and below 1; at least one window of
   *     {@code steps + 1} characters does
   * @throws InvalidInputException if a part would be shorter than one window
   */
  public static TokenStreams of(int[] tokens, int batch, int steps, double validation) {
    TokenBatches.requireSteps(steps);
    if (!(validation > 0 && validation < 1)) {
      throw new InvalidInputException(
          "the part of the text that validates must be above 0 and below 1, not " + validation);
    }
    long window = steps + 1L;
    long boundary = tokens.length - Math.max(window, Math.round(validation * tokens.length));
    if (boundary < window) {
      throw new InvalidInputException(
          "the text has %d characters after encoding, of which %d would train and %d validate: %d steps need at least %d of each; give a longer text or fewer steps"
              .formatted(
                  tokens.length,
                  Math.max(0, boundary),
                  tokens.length - Math.max(0, boundary),
                  steps,
                  window));
    }
    return new TokenStreams(tokens, (int) boundary, batch, steps);
  }

  /** One epoch, the same for each: a stream has an order of its own. */
  public TokenBatches training() {
    return training;
  }

  public TokenBatches validation() {
    return validation;
  }

  /** Tokens that train: all but those that validate. */
  public int trainTokens() {
    return trainTokens;
  }

  public int validationTokens() {
    return validationTokens;
  }
}
