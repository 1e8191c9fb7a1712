package org.tornadogru;

import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;

/**
 * What a model learns from at a time, or is measured by.
 *
 * @param sequences what goes in
 * @param labels what should come out
 * @param begins whether a stateful model begins it at the zero state, not where the batch before
 *     ended
 */
public record Batch(Sequences sequences, Labels labels, boolean begins) {

  /** A batch that a stateful model begins where the one before ended. */
  public Batch(Sequences sequences, Labels labels) {
    this(sequences, labels, false);
  }

  /** Tokens of a language model, [T + 1][N]: the label of each is the next one. */
  public static Batch ofTokens(Sequences tokens) {
    return new Batch(tokens, Labels.NEXT_TOKENS);
  }

  /** The same from the zero state. */
  public Batch beginning() {
    return new Batch(sequences, labels, true);
  }
}
