package org.tornadogru.series;

/**
 * A forecast of one value.
 *
 * @param low the value is below it with the probability that was asked for
 * @param median it is as likely above as below
 * @param high it is below it with the probability that was asked for
 */
public record Range(double low, double median, double high) {

  /** Whether a value lies in it. */
  public boolean contains(double value) {
    return value >= low && value <= high;
  }
}
