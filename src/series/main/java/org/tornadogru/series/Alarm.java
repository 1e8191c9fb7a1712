package org.tornadogru.series;

import java.util.List;

/**
 * How unlike what came before a row is.
 *
 * @param score how far the number that is farthest lies outside of its range, in halves of the
 *     range's width; 0 if all lie within
 * @param target its place among the columns that are watched; −1 if all lie within
 */
record Alarm(double score, int target) {

  /** All lie within. */
  static final Alarm NONE = new Alarm(0, -1);

  /** Of a column's mean step: no range is narrower. */
  private static final double NARROWEST = 1e-3;

  /** The row behind row {@code t}; what is missing is no alarm. */
  static Alarm of(Preparation preparation, Slice slice, int t, float[] outputs) {
    Alarm worst = NONE;
    for (int target = 0; target < preparation.targets().size(); target++) {
      TargetCode code = preparation.targets().get(target);
      Range range = RangeDecoder.range(preparation, target, 1, slice, t, outputs);
      double narrowest = Math.max(Double.MIN_NORMAL, NARROWEST * code.naive());
      double half = Math.max(narrowest, (range.high() - range.low()) / 2);
      boolean missing = slice.rows() <= t + 1 || slice.isTargetMissing(target, t + 1);
      double value = missing ? 0 : code.code().scale().raw(slice.target(target)[t + 1]);
      double outside = Math.max(range.low() - value, value - range.high());
      if (!missing && outside / half > worst.score) {
        worst = new Alarm(outside / half, target);
      }
    }
    return worst;
  }

  /** As an answer to a row. */
  SeriesModel.Answer answer(Preparation preparation, int row, List<Range> ranges) {
    String column = target < 0 ? null : preparation.targets().get(target).code().column();
    return new SeriesModel.Answer(row, ranges, null, List.of(), score, column);
  }
}
