package org.tornadogru.series;

/** From a model's outputs to values. */
final class RangeDecoder {

  /** Rows whose errors say how large errors are at the time. */
  static final int RECENT = 24;

  /** Rows of the mean error that these are taken together with. */
  static final int PRIOR = 4;

  private RangeDecoder() {}

  /** The forecast of a target so many rows behind row {@code t}. */
  static Range range(
      Preparation preparation, int target, int ahead, Slice slice, int t, float[] outputs) {
    TargetCode code = preparation.targets().get(target);
    double[] ends = ends(preparation, target, ahead, outputs);
    double base = code.baseline().of(slice.target(target), slice.positions(), t, ahead);
    double wider = code.widening(ahead) * recent(preparation, target, slice, t);
    double margin = code.margin(ahead);
    double below = Math.max(0, ends[1] - ends[0] + margin) * wider;
    double above = Math.max(0, ends[2] - ends[1] + margin) * wider;
    double unit = code.unit(ahead);
    return new Range(
        code.code().raw(base + unit * (ends[1] - below)),
        code.code().raw(base + unit * ends[1]),
        code.code().raw(base + unit * (ends[1] + above)));
  }

  /**
   * How large the errors of the baseline are in the rows up to {@code t}, beside those in the rows
   * that were learned from: what changes little for years, and then much, has ranges that follow.
   *
   * @see <a href="https://arxiv.org/abs/1604.04173">Lei et al. 2018, Distribution-free predictive
   *     inference for regression, section 5.2</a>, of residuals by their local size
   */
  static double recent(Preparation preparation, int target, Slice slice, int t) {
    if (preparation.config().task().kind() != SeriesTask.Kind.FORECAST) {
      return 1;
    }
    TargetCode code = preparation.targets().get(target);
    double[] y = slice.target(target);
    double sum = PRIOR;
    int count = PRIOR;
    for (int at = Math.max(1, t - RECENT + 1); at <= t; at++) {
      if (!slice.isTargetMissing(target, at)) {
        double error = y[at] - code.baseline().of(y, slice.positions(), at - 1, 1);
        sum += Math.abs(error) / code.unit(1);
        count++;
      }
    }
    return sum / count;
  }

  /** What a baseline says, not the model. */
  static double baseline(
      Preparation preparation, Baseline baseline, int target, int ahead, Slice slice, int t) {
    TargetCode code = preparation.targets().get(target);
    return code.code().scale().raw(baseline.of(slice.target(target), slice.positions(), t, ahead));
  }

  /**
   * Low, median and high of what the baseline leaves over, around the median whatever the model
   * says.
   *
   * @param outputs for each target and row ahead three, [targets][ahead][LEVELS]
   */
  static double[] ends(Preparation preparation, int target, int ahead, float[] outputs) {
    int rows = preparation.rowsAhead(outputs);
    int at = (target * rows + ahead - 1) * Preparation.LEVELS;
    double median = outputs[at + 1];
    return new double[] {Math.min(outputs[at], median), median, Math.max(outputs[at + 2], median)};
  }
}
