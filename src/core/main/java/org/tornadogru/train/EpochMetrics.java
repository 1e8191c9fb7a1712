package org.tornadogru.train;

/**
 * What one epoch of training measured.
 *
 * @param epoch counted from 1
 * @param trainLoss mean loss per label over the epoch's training batches; nats for classes
 * @param validationLoss the same over the validation batches, with the weights at the epoch's end;
 *     not a number without any
 * @param seconds wall time of the epoch, validation included
 * @param targetsPerSecond training labels predicted per second of training time
 * @param bytesToDevice bytes moved from host to device memory during this epoch alone
 * @param bytesFromDevice bytes moved from device to host memory during this epoch alone
 */
public record EpochMetrics(
    int epoch,
    double trainLoss,
    double validationLoss,
    double seconds,
    double targetsPerSecond,
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
