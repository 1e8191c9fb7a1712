package org.tornadogru.bench;

import java.util.Arrays;

/** Values below which a share of the measurements lies. */
public final class Quantiles {

  private Quantiles() {}

  /**
   * Interpolates between the two nearest values.
   *
   * @param values at least one, in any order
   * @param share 0 to 1; 0.5 for the median
   */
  public static double of(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
