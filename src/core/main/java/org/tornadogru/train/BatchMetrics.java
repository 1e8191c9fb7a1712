package org.tornadogru.train;

/**
 * What one batch of training measured.
 *
 * @param epoch counted from 1
 * @param batch counted from 1
 * @param batches batches per epoch
 * @param loss mean loss per label of the epoch so far; nats for classes
 * @param targetsPerSecond labels predicted per second, in the epoch so far
 */
public record BatchMetrics(
    int epoch, int batch, int batches, double loss, double targetsPerSecond) {

  /** {@code exp(loss)}. */
  public double perplexity() {
    return Math.exp(loss);
  }
}
