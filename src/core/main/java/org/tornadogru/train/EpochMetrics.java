package org.tornadogru.train;

/**
 * What one epoch of training measured.
 *
 * @param epoch counted from 1
 * @param trainLoss mean cross-entropy per character over the epoch's training batches, in nats
 * @param validationLoss the same over the validation windows, with the weights at the epoch's end
 * @param seconds wall time of the epoch, validation included
 * @param charactersPerSecond training characters predicted per second of training time
 * @param bytesToDevice bytes moved from host to device memory during this epoch alone
 * @param bytesFromDevice bytes moved from device to host memory during this epoch alone
 */
public record EpochMetrics(
    int epoch,
    double trainLoss,
    double validationLoss,
    double seconds,
    double charactersPerSecond,
    long bytesToDevice,
    long bytesFromDevice) {

  /** {@code exp(trainLoss)}. */
  public double trainPerplexity() {
    return Math.exp(trainLoss);
  }

  /** {@code exp(validationLoss)}. */
  public double validationPerplexity() {
    return Math.exp(validationLoss);
  }
}
