package org.tornadogru.series;

import java.util.List;
import org.tornadogru.nn.InvalidInputException;

/**
 * A table whose rows are sequences.
 *
 * @param time the column that orders them; null if rows are in order
 * @param before rows of a sequence that went before those of the table
 */
record SeriesData(Table table, Groups groups, Column time, long before) {

  static SeriesData of(Table table, SeriesConfig config) {
    Column by = config.by() == null ? null : table.column(config.by());
    Column time = time(table, config);
    return new SeriesData(table, Groups.of(table, by, time), time, 0);
  }

  private static Column time(Table table, SeriesConfig config) {
    if (config.time() == null) {
      return table.columns().stream()
          .filter(column -> column.kind() == Column.Kind.TIME)
          .findFirst()
          .orElse(null);
    }
    Column time = table.column(config.time());
    if (time.kind() == Column.Kind.WORD) {
      throw new InvalidInputException(
          "%s: column '%s' has '%s' in line %d, which is no point in time: write 1973-05-01, 1973-05-01 12:30, 1973-05 or a number"
              .formatted(table.name(), time.name(), time.odd().text(), time.odd().line()));
    }
    return time;
  }

  /** The steps of some rows of a sequence, on a clock. */
  long[] positions(Clock clock, int group, int from, int to) {
    long[] positions = new long[to - from];
    for (int t = 0; t < positions.length; t++) {
      positions[t] =
          clock.column() == null
              ? before + from + t - groups.start(group)
              : clock.position(table.column(clock.column()).at(groups.row(from + t)));
    }
    return positions;
  }

  /** A column of numbers. */
  Column numbers(String name) {
    Column column = table.column(name);
    if (column.kind() == Column.Kind.WORD && column.odd() != null) {
      throw new InvalidInputException(
          "%s: column '%s' has '%s' in line %d: a forecast is of numbers"
              .formatted(table.name(), name, column.odd().text(), column.odd().line()));
    }
    return column;
  }

  /** The words of a column in some rows, in the order of the rows. */
  List<String> words(String name, Parts parts) {
    Column column = table.column(name);
    boolean[] seen = new boolean[column.words().size()];
    List<String> words = new java.util.ArrayList<>();
    for (int group = 0; group < groups.count(); group++) {
      for (int place = groups.start(group); place < parts.fitEnd(group); place++) {
        double word = column.at(groups.row(place));
        if (!Double.isNaN(word) && !seen[(int) word]) {
          seen[(int) word] = true;
          words.add(column.words().get((int) word));
        }
      }
    }
    return words;
  }
}
