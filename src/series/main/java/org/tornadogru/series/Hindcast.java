package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Forecasts one behind the other over the last rows of a sequence that were not learned from, each
 * from what was known before it, and at last the one behind the table's end.
 *
 * @param target the column
 * @param sequence the name of the sequence, empty if there is one
 * @param time the name of the column that orders it; null if rows do
 * @param dates whether that has points in time
 * @param points in their order; empty if nothing was held out
 */
public record Hindcast(
    String target, String sequence, String time, boolean dates, List<Point> points) {

  /** Rows of it, at least one horizon. */
  private static final int LONG = 100;

  /**
   * A row.
   *
   * @param at seconds since 1970, another number, or the count of the row in its sequence from 1 on
   * @param truth not a number if it is not known
   * @param range null where nothing is forecast
   */
  public record Point(double at, double truth, Range range) {}

  public Hindcast {
    points = List.copyOf(points);
  }

  static Hindcast of(SeriesModel model, SeriesData data, Parts parts) {
    Groups groups = data.groups();
    int group = 0;
    for (int other = 1; other < groups.count(); other++) {
      group = heldOut(groups, parts, other) > heldOut(groups, parts, group) ? other : group;
    }
    int horizon = model.config().task().horizon();
    int held = Math.min(heldOut(groups, parts, group), groups.length(group) - 1);
    int blocks = Math.min(held / horizon, Math.ceilDiv(LONG, horizon));
    int end = groups.end(group);
    int first = end - blocks * horizon;
    List<Range> ranges = new ArrayList<>(Collections.nCopies(blocks * horizon, null));
    List<Windows.Run> runs = new ArrayList<>();
    for (int begin = first; begin < end; begin += horizon) {
      runs.add(model.behind(data, group, begin));
    }
    runs.add(model.behind(data, group, end));
    model.forecast(
        data,
        runs,
        horizon,
        (of, place, next) -> {
          for (SeriesModel.Next each : next.subList(0, horizon)) { // of the first target
            int at = place + each.ahead() - first;
            if (at < ranges.size()) {
              ranges.set(at, each.range());
            } else {
              ranges.add(each.range());
            }
          }
        });
    int shown = Math.max(groups.start(group), first - Math.max(2, 1 + blocks / 2) * horizon);
    return new Hindcast(
        model.targets().getFirst(),
        groups.keys().get(group),
        data.time() == null ? null : data.time().name(),
        data.time() != null && data.time().kind() == Column.Kind.TIME,
        points(model, data, group, shown, first, ranges));
  }

  private static int heldOut(Groups groups, Parts parts, int group) {
    return groups.end(group) - parts.stopEnd(group);
  }

  private static List<Point> points(
      SeriesModel model, SeriesData data, int group, int shown, int first, List<Range> ranges) {
    Column target = data.numbers(model.targets().getFirst());
    List<Point> points = new ArrayList<>();
    for (int place = shown; place < first + ranges.size(); place++) {
      boolean known = place < data.groups().end(group);
      points.add(
          new Point(
              at(model, data, group, place),
              known ? target.at(data.groups().row(place)) : Double.NaN,
              place < first ? null : ranges.get(place - first)));
    }
    return points;
  }

  private static double at(SeriesModel model, SeriesData data, int group, int place) {
    if (data.time() == null) {
      return place - data.groups().start(group) + 1.0;
    }
    int last = Math.min(place, data.groups().end(group) - 1);
    double time = data.time().at(data.groups().row(last));
    return place == last ? time : model.preparation().clock().after(time, place - last);
  }
}
