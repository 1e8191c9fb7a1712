package org.tornadogru.series;

import java.util.Arrays;

/**
 * How numbers become small ones, and back: {@code (f(x) − center) / spread}, f being a logarithm or
 * nothing.
 */
record Scale(boolean log, double center, double spread) {

  /** Quartiles of a normal distribution are so many standard deviations apart. */
  private static final double NORMAL_QUARTILES = 1.349;

  /**
   * The scale that fits numbers.
   *
   * @param numbers none missing; positive for a logarithm
   */
  static Scale of(SeriesConfig.Scaling scaling, double[] numbers) {
    if (scaling == SeriesConfig.Scaling.NONE || numbers.length == 0) {
      return new Scale(false, 0, 1);
    }
    boolean log = scaling == SeriesConfig.Scaling.LOG;
    double[] sorted = Arrays.stream(numbers).map(x -> log ? Math.log(x) : x).sorted().toArray();
    double mean = Arrays.stream(sorted).average().orElseThrow();
    double center = mean;
    double spread =
        Math.sqrt(Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
    double quartiles = sorted[3 * sorted.length / 4] - sorted[sorted.length / 4];
    if (scaling == SeriesConfig.Scaling.ROBUST && quartiles > 0) {
      center = sorted[sorted.length / 2];
      spread = quartiles / NORMAL_QUARTILES;
    }
    boolean constant = sorted[0] == sorted[sorted.length - 1];
    return new Scale(log, constant ? sorted[0] : center, constant ? 1 : spread);
  }

  double scaled(double x) {
    return ((log ? Math.log(x) : x) - center) / spread;
  }

  double raw(double scaled) {
    double x = scaled * spread + center;
    return log ? Math.exp(x) : x;
  }
}
