package org.tornadogru.series;

import java.util.List;

/**
 * How a column to forecast becomes outputs, and back: what the baseline leaves over, divided by
 * what it leaves over on the average.
 *
 * @param code of the column as an input
 * @param baseline what the outputs are added to
 * @param leftOver the mean of it so many rows ahead, scaled, [horizon]
 * @param naive mean absolute error of the last value one row ahead, or of the mean where sequences
 *     have one value, in units of the column
 * @param margins what is added to both ends of a range so many rows ahead, of {@code leftOver}
 */
record TargetCode(
    ColumnCode code, Baseline baseline, List<Double> leftOver, double naive, List<Double> margins) {

  TargetCode {
    leftOver = List.copyOf(leftOver);
    margins = List.copyOf(margins);
  }

  /**
   * What the baseline leaves over on the average so many rows ahead; behind the horizon as at it.
   */
  double unit(int ahead) {
    return leftOver.get(Math.min(ahead, leftOver.size()) - 1);
  }

  /** What is added to both ends of a range; behind the horizon as at it. */
  double margin(int ahead) {
    return margins.get(Math.min(ahead, margins.size()) - 1);
  }

  /**
   * How much wider a range is than at the horizon, which it was calibrated up to: like the way of
   * steps by chance, with the root of their number.
   */
  double widening(int ahead) {
    return Math.sqrt(Math.max(1, (double) ahead / margins.size()));
  }

  TargetCode withMargins(List<Double> values) {
    return new TargetCode(code, baseline, leftOver, naive, values);
  }
}
