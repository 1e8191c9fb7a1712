package org.tornadogru.peers;

/**
 * How far answers are from the reference.
 *
 * @param absolute the largest difference
 * @param share of its {@link org.tornadogru.compare.Tolerance} that the worst answer uses
 */
record Distance(double absolute, double share) {

  /** Of equal answers. */
  static final Distance NONE = new Distance(0, 0);

  /**
   * Compares a tensor with the reference.
   *
   * @param tolerance relative to the largest value of the reference: gradients are so small that a
   *     tensor of zeros would be close to them
   * @throws IllegalStateException if the size differs
   */
  static Distance of(String name, double[] values, double[] reference, double tolerance) {
    if (values.length != reference.length) {
      throw new IllegalStateException(
          "%s has %d values, not %d".formatted(name, values.length, reference.length));
    }
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      // Math.max hands a NaN on.
      difference = Math.max(difference, Math.abs(values[i] - reference[i]));
      largest = Math.max(largest, Math.abs(reference[i]));
    }
    return of(difference, tolerance * largest);
  }

  /** A difference of so much, where so much is allowed. */
  static Distance of(double difference, double tolerance) {
    return difference == 0 ? NONE : new Distance(difference, difference / tolerance);
  }

  Distance max(Distance other) {
    return new Distance(Math.max(absolute, other.absolute), Math.max(share, other.share));
  }

  /** Whether the answers are the reference's, but for rounding; false for NaN. */
  boolean isClose() {
    return share <= 1;
  }
}
