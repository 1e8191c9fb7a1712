package org.tornadogru.series;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How far a row is from another in time, in steps: the phase of a season is counted by it.
 *
 * @param column of the time; null where rows are the steps
 * @param months whether a step is a month
 * @param step otherwise its seconds, or the difference of two numbers
 */
record Clock(String column, boolean months, double step) {

  /** Steps are rows. */
  static final Clock ROWS = new Clock(null, false, 1);

  private static final int LOOKED_AT = 100_000;

  /** The clock of some sequences. */
  static Clock of(Groups groups, Column time) {
    if (time == null) {
      return ROWS;
    }
    int[] longest =
        IntStream.range(0, groups.count())
            .boxed()
            .max(Comparator.comparingInt(groups::length))
            .map(group -> new int[] {groups.start(group), groups.end(group)})
            .orElseThrow();
    int end = Math.min(longest[1], longest[0] + LOOKED_AT);
    boolean months =
        time.kind() == Column.Kind.TIME
            && IntStream.range(longest[0], end)
                .allMatch(place -> Times.month(time.at(groups.row(place))).isPresent());
    double[] steps =
        IntStream.range(longest[0] + 1, end)
            .mapToDouble(place -> time.at(groups.row(place)) - time.at(groups.row(place - 1)))
            .sorted()
            .toArray();
    return new Clock(time.name(), months, steps.length == 0 ? 1 : steps[steps.length / 2]);
  }

  /** The step that a point in time is nearest to. */
  long position(double time) {
    return months ? (long) Times.month(time).orElse(0) : Math.round(time / step);
  }

  /** The point in time so many steps behind another one. */
  double after(double time, int steps) {
    return months ? Times.secondsOfMonth(position(time) + steps) : time + steps * step;
  }

  /** How often a row does not follow a step after the one before it. */
  long gaps(Groups groups, Column time) {
    if (time == null) {
      return 0;
    }
    long gaps = 0;
    for (int group = 0; group < groups.count(); group++) {
      for (int place = groups.start(group) + 1; place < groups.end(group); place++) {
        long from = position(time.at(groups.row(place - 1)));
        long to = position(time.at(groups.row(place)));
        gaps += to == from + 1 ? 0 : 1;
      }
    }
    return gaps;
  }
}
