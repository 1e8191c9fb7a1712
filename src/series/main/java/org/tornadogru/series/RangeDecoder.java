package org.tornadogru.series;

/** From a model's outputs to values. */
final class RangeDecoder {

  private RangeDecoder() {}

  /** The forecast of a target so many rows behind row {@code t}. */
  static Range range(
      Preparation preparation, int target, int ahead, Slice slice, int t, float[] outputs) {
    TargetCode code = preparation.targets().get(target);
    double margin = code.margins().get(ahead - 1);
    double[] ends = ends(preparation, target, ahead, outputs);
    double base = code.baseline().of(slice.target(target), slice.positions(), t, ahead);
    double unit = code.leftOver().get(ahead - 1);
    return new Range(
        code.code().scale().raw(base + unit * Math.min(ends[0] - margin, ends[1])),
        code.code().scale().raw(base + unit * ends[1]),
        code.code().scale().raw(base + unit * Math.max(ends[2] + margin, ends[1])));
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
   */
  static double[] ends(Preparation preparation, int target, int ahead, float[] outputs) {
    int at = (target * preparation.config().task().ranges() + ahead - 1) * Preparation.LEVELS;
    double median = outputs[at + 1];
    return new double[] {Math.min(outputs[at], median), median, Math.max(outputs[at + 2], median)};
  }
}
