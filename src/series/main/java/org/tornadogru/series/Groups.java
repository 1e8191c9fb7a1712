package org.tornadogru.series;

import java.util.Arrays;
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

  /**
   * The sequences, in the order in which their names first occur.
   *
   * @param by the name of each row's sequence; null if all rows are one
   * @param time null if rows are in order
   * @throws InvalidInputException if a row lacks one of these, or two of a sequence have one time
   */
  static Groups of(Table table, Column by, Column time) {
    if (time != null) {
      requireAll(table, time, "a point in time");
    }
    int[] starts = {0, table.rows()};
    int[] order = null;
    if (by != null) {
      requireAll(table, by, "a name of its sequence");
      starts = starts(by);
      order = byGroup(by, starts);
    }
    boolean reordered = false;
    for (int group = 0; time != null && group + 1 < starts.length; group++) {
      if (!isSorted(time, order, starts[group], starts[group + 1])) {
        order = order == null ? IntStream.range(0, table.rows()).toArray() : order;
        sort(table, time, order, starts[group], starts[group + 1]);
        reordered = true;
      }
    }
    return new Groups(order, starts, by == null ? List.of("") : by.words(), reordered);
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

  private static int[] starts(Column by) {
    int[] starts = new int[by.words().size() + 1];
    for (int row = 0; row < by.rows(); row++) {
      starts[(int) by.at(row) + 1]++;
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    return starts;
  }

  /** Rows by their sequence, each in the order of the table; null if the table has this order. */
  private static int[] byGroup(Column by, int[] starts) {
    int[] next = starts.clone();
    int[] order = new int[by.rows()];
    boolean same = true;
    for (int row = 0; row < order.length; row++) {
      int place = next[(int) by.at(row)]++;
      order[place] = row;
      same &= place == row;
    }
    return same ? null : order;
  }

  private static int row(int[] order, int place) {
    return order == null ? place : order[place];
  }

  /** Whether each row is later than the one before it. */
  private static boolean isSorted(Column time, int[] order, int from, int to) {
    for (int place = from + 1; place < to; place++) {
      if (time.at(row(order, place)) <= time.at(row(order, place - 1))) {
        return false;
      }
    }
    return true;
  }

  private static void sort(Table table, Column time, int[] order, int from, int to) {
    double[] times = new double[to - from];
    Arrays.setAll(times, i -> time.at(order[from + i]));
    Arrays.sort(times);
    int[] rows = new int[times.length];
    Arrays.fill(rows, -1);
    for (int place = from; place < to; place++) {
      int row = order[place];
      int at = Arrays.binarySearch(times, time.at(row)); // the only one that is equal
      if (rows[at] >= 0) {
        throw new InvalidInputException(
            "%s: rows %d and %d have the same '%s': say with a column which sequence each belongs to"
                .formatted(table.name(), rows[at] + 1, row + 1, time.name()));
      }
      rows[at] = row;
    }
    System.arraycopy(rows, 0, order, from, rows.length);
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
    return row(order, place);
  }

  /** The most rows of one. */
  int longest() {
    return IntStream.range(0, count()).map(this::length).max().orElse(1);
  }

  /** The median of their lengths. */
  int medianLength() {
    int[] lengths = IntStream.range(0, count()).map(this::length).sorted().toArray();
    return lengths[lengths.length / 2];
  }
}
