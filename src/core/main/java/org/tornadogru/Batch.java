package org.tornadogru;

import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;

/**
 * What a model learns from at a time, or is measured by.
 *
 * @param sequences what goes in
 * @param labels what should come out
 */
public record Batch(Sequences sequences, Labels labels) {

  /** Tokens of a language model, [T + 1][N]: the label of each is the next one. */
  public static Batch ofTokens(Sequences tokens) {
    return new Batch(tokens, Labels.NEXT_TOKENS);
  }
}
