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

  /** Of what the baseline leaves over on the average: no range is narrower. */
  private static final double NARROWEST = 1e-3;

  /** The row behind row {@code t}; what is missing is no alarm. */
  static Alarm of(Preparation preparation, Slice slice, int t, float[] outputs) {
    Alarm worst = NONE;
    float[] truth = new float[preparation.outputs()];
    preparation.leftOver(slice, t, truth);
    for (int target = 0; target < preparation.targets().size(); target++) {
      double margin = preparation.targets().get(target).margins().getFirst();
      double[] ends = RangeDecoder.ends(preparation, target, 1, outputs);
      double value = truth[target * Preparation.LEVELS];
      double half = Math.max(NARROWEST, (ends[2] - ends[0]) / 2 + margin);
      double outside = Math.max(ends[0] - value, value - ends[2]) - margin;
      if (!slice.isTargetMissing(target, t + 1) && outside / half > worst.score) {
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
