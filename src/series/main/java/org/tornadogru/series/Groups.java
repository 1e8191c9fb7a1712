package org.tornadogru.series;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tornadogru.nn.InvalidInputException;

/**
 * The sequences of a table, one behind the other, each in the order of its time.
 *
 * @param order the row of the table at each place; null if rows are in order already
 * @param starts where each sequence begins, and behind the last where it ends
 * @param keys the name of each
 * @param reordered whether rows were out of order
 */
// Arrays are values that are never compared.
@SuppressWarnings("ArrayRecordComponent")
record Groups(int[] order, int[] starts, List<String> keys, boolean reordered) {

  static Groups of(Table table, Column by, Column time) {
    if (time != null) {
      requireAll(table, time, "a point in time");
    }
    if (by == null && (time == null || isSorted(time))) {
      requireDistinct(table, time, null, new int[] {0, table.rows()});
      return new Groups(null, new int[] {0, table.rows()}, List.of(""), false);
    }
    if (by != null) {
      requireAll(table, by, "a name of its sequence");
    }
    Integer[] rows = IntStream.range(0, table.rows()).boxed().toArray(Integer[]::new);
    Comparator<Integer> byGroup = Comparator.comparingDouble(row -> by == null ? 0 : by.at(row));
    Arrays.sort(rows, time == null ? byGroup : byGroup.thenComparingDouble(row -> time.at(row)));
    int[] order = Arrays.stream(rows).mapToInt(Integer::intValue).toArray();
    int[] starts =
        IntStream.rangeClosed(0, order.length)
            .filter(
                i ->
                    i == 0
                        || i == order.length
                        || (by != null && by.at(order[i]) != by.at(order[i - 1])))
            .toArray();
    requireDistinct(table, time, order, starts);
    List<String> keys =
        Arrays.stream(starts, 0, starts.length - 1)
            .mapToObj(start -> by == null ? "" : by.word(order[start]))
            .toList();
    boolean reordered = time != null && !isSortedWithin(time, by, table.rows());
    return new Groups(order, starts, keys, reordered);
  }

  private static void requireAll(Table table, Column column, String what) {
    for (int row = 0; row < table.rows(); row++) {
      if (column.isMissing(row)) {
        throw new InvalidInputException(
            "%s: row %d has nothing in column '%s': every row needs %s"
                .formatted(table.name(), row + 1, column.name(), what));
      }
    }
  }

  private static boolean isSorted(Column time) {
    return IntStream.range(1, time.rows()).allMatch(row -> time.at(row) >= time.at(row - 1));
  }

  private static boolean isSortedWithin(Column time, Column by, int rows) {
    double[] last = new double[by == null ? 1 : by.words().size()];
    Arrays.fill(last, Double.NEGATIVE_INFINITY);
    for (int row = 0; row < rows; row++) {
      int group = by == null ? 0 : (int) by.at(row);
      if (time.at(row) < last[group]) {
        return false;
      }
      last[group] = time.at(row);
    }
    return true;
  }

  private static void requireDistinct(Table table, Column time, int[] order, int[] starts) {
    if (time == null) {
      return;
    }
    for (int group = 0; group + 1 < starts.length; group++) {
      for (int i = starts[group] + 1; i < starts[group + 1]; i++) {
        int before = order == null ? i - 1 : order[i - 1];
        int row = order == null ? i : order[i];
        if (time.at(row) == time.at(before)) {
          throw new InvalidInputException(
              "%s: rows %d and %d have the same '%s': say with a column which sequence each belongs to"
                  .formatted(
                      table.name(),
                      Math.min(row, before) + 1,
                      Math.max(row, before) + 1,
                      time.name()));
        }
      }
    }
  }

  int count() {
    return starts.length - 1;
  }

  int start(int group) {
    return starts[group];
  }

  int end(int group) {
    return starts[group + 1];
  }

  int length(int group) {
    return end(group) - start(group);
  }

  /** The row of the table at a place. */
  int row(int place) {
    return order == null ? place : order[place];
  }

  /** The median of their lengths. */
  int medianLength() {
    int[] lengths = IntStream.range(0, count()).map(this::length).sorted().toArray();
    return lengths[lengths.length / 2];
  }
}
