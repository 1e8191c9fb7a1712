package org.tornadogru.peers;

/**
 * How far answers are from the reference.
 *
 * @param absolute the largest difference
 * @param relative the largest difference within a tensor, by the tensor's largest value: gradients
 *     are so small that a tensor of zeros would be close to them
 */
record Distance(double absolute, double relative) {

  private static final double LARGEST_ABSOLUTE = 1e-4;
  private static final double LARGEST_RELATIVE = 1e-3;

  /**
   * Compares a tensor with the reference.
   *
   * @throws IllegalStateException if the size differs
   */
  static Distance of(String name, double[] values, double[] reference) {
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
    return new Distance(difference, difference == 0 ? 0 : difference / largest);
  }

  Distance max(Distance other) {
    return new Distance(Math.max(absolute, other.absolute), Math.max(relative, other.relative));
  }

  /** Whether the answers are the reference's, but for rounding; false for NaN. */
  boolean isClose() {
    return absolute <= LARGEST_ABSOLUTE && relative <= LARGEST_RELATIVE;
  }
}
