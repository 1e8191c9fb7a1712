package org.tornadogru.series;

import java.util.Arrays;

/** The range of what a baseline leaves over. */
final class Spread {

  private static final int LOOKED_AT = 20_000;

  private Spread() {}

  /**
   * For each output of a forecast its quantile over the rows that are learned from; 0 for medians.
   */
  static float[] of(Preparation preparation, SeriesData data, Parts parts) {
    int outputs = preparation.outputs();
    int[] counts = new int[1];
    float[][] seen = new float[LOOKED_AT][];
    for (int group = 0; group < data.groups().count() && counts[0] < LOOKED_AT; group++) {
      int from = data.groups().start(group);
      boolean once = preparation.config().task().ofSequences();
      int end = parts.fitEnd(group);
      int to = once ? end : Math.min(end, from + LOOKED_AT - counts[0]);
      if (to > from) {
        Slice slice = new Slice(preparation, data, group, from, to);
        for (int t = once ? slice.rows() - 1 : 0; t < slice.rows(); t++) {
          float[] y = new float[outputs];
          if (preparation.leftOver(slice, t, y)) {
            seen[counts[0]++] = y;
          }
        }
      }
    }
    float[] ends = new float[outputs];
    for (int output = 0; output < outputs && counts[0] > 0; output++) {
      int level = output % Preparation.LEVELS;
      int at = output;
      double[] values =
          Arrays.stream(seen, 0, counts[0]).mapToDouble(y -> y[at]).sorted().toArray();
      double part = level == 0 ? preparation.config().low() : preparation.config().high();
      ends[output] = level == 1 ? 0 : (float) values[(int) (part * (values.length - 1))];
    }
    return ends;
  }
}
