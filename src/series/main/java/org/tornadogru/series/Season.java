package org.tornadogru.series;

import java.util.Arrays;

/**
 * What comes again and again.
 *
 * @param period steps from one to the next
 * @param profile the mean of each phase, scaled, [period]
 */
// The array is a value that is never compared.
@SuppressWarnings("ArrayRecordComponent")
record Season(int period, double[] profile) {

  private static final int LONGEST = 400;

  /** Fewer may be chance. */
  private static final int LEAST_PERIODS = 5;

  private static final double WEAKEST = 0.3;

  /**
   * The period of a series: where it is most like itself, its trend taken away; 0 if nowhere.
   *
   * @param y scaled, none missing
   */
  static int period(double[] y) {
    double[] x = withoutTrend(y);
    double variance = Arrays.stream(x).map(v -> v * v).sum();
    int longest = Math.min(LONGEST, x.length / LEAST_PERIODS);
    double[] likeness = new double[longest + 2];
    for (int lag = 1; lag < likeness.length && lag < x.length; lag++) {
      double sum = 0;
      for (int t = lag; t < x.length; t++) {
        sum += x[t] * x[t - lag];
      }
      likeness[lag] = variance > 0 ? sum / variance * x.length / (x.length - lag) : 0;
    }
    int best = 0;
    for (int lag = 2; lag <= longest; lag++) {
      boolean peak = likeness[lag] > likeness[lag - 1] && likeness[lag] >= likeness[lag + 1];
      // A multiple of the period is as like: the shortest counts unless a longer is clearly more.
      if (peak && likeness[lag] > (best == 0 ? WEAKEST : 1.1 * likeness[best])) {
        best = lag;
      }
    }
    return best;
  }

  private static double[] withoutTrend(double[] y) {
    double n = y.length;
    double middle = (n - 1) / 2;
    double mean = Arrays.stream(y).average().orElse(0);
    double slope = 0;
    double square = 0;
    for (int t = 0; t < y.length; t++) {
      slope += (t - middle) * (y[t] - mean);
      square += (t - middle) * (t - middle);
    }
    double perStep = square > 0 ? slope / square : 0;
    double[] rest = new double[y.length];
    Arrays.setAll(rest, t -> y[t] - mean - perStep * (t - middle));
    return rest;
  }

  /** The mean of each phase. */
  static Season of(int period, double[] y, long[] positions) {
    double[] sums = new double[period];
    int[] counts = new int[period];
    for (int t = 0; t < y.length; t++) {
      int phase = (int) Math.floorMod(positions[t], (long) period);
      sums[phase] += y[t];
      counts[phase]++;
    }
    double mean = Arrays.stream(y).average().orElse(0);
    double[] profile = new double[period];
    Arrays.setAll(profile, phase -> counts[phase] == 0 ? mean : sums[phase] / counts[phase]);
    return new Season(period, profile);
  }

  double at(long position) {
    return profile[(int) Math.floorMod(position, (long) period)];
  }
}
