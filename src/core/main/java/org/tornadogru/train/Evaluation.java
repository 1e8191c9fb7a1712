package org.tornadogru.train;

import org.tornadogru.device.Transfers;

/**
 * How well a model predicts a text.
 *
 * @param loss mean cross-entropy per character, in nats
 * @param characters how many were predicted
 * @param transfers bytes moved
 */
public record Evaluation(double loss, long characters, Transfers transfers) {

  /** {@code exp(loss)}. */
  public double perplexity() {
    return Math.exp(loss);
  }
}
