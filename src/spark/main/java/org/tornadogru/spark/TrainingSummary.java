package org.tornadogru.spark;

import java.io.Serializable;
import java.util.List;

/**
 * How a training went.
 *
 * @param losses the mean loss of each epoch, that of each batch before its update
 * @param validationLosses the same of the rows for validation, with the weights behind the epoch;
 *     empty without such rows
 * @param workers that trained
 * @param updates of the last attempt: fewer than all where it went on from a checkpoint
 * @param bytesSent by each worker to the next one, in the last attempt
 * @param seconds of the last attempt, from its first batch on
 * @param exchangeSeconds of these, in which the first worker waited for others and added up
 */
public record TrainingSummary(
    List<Double> losses,
    List<Double> validationLosses,
    int workers,
    long updates,
    long bytesSent,
    double seconds,
    double exchangeSeconds)
    implements Serializable {

  public TrainingSummary {
    losses = List.copyOf(losses);
    validationLosses = List.copyOf(validationLosses);
  }
}
