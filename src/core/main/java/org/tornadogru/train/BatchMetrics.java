package org.tornadogru.train;

/**
 * What one batch of training measured.
 *
 * @param epoch counted from 1
 * @param batch counted from 1
 * @param batches batches per epoch
 * @param loss mean cross-entropy per character of the epoch so far, in nats
 * @param charactersPerSecond characters predicted per second, in the epoch so far
 */
public record BatchMetrics(
    int epoch, int batch, int batches, double loss, double charactersPerSecond) {

  /** {@code exp(loss)}. */
  public double perplexity() {
    return Math.exp(loss);
  }
}
