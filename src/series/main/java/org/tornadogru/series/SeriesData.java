package org.tornadogru.series;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tornadogru.nn.InvalidInputException;

/**
 * A table whose rows are sequences.
 *
 * @param time the column that orders them; null if rows are in order
 * @param before rows of a sequence that went before those of the table
 */
record SeriesData(Table table, Groups groups, Column time, long before) {

  /** The sequences to learn from; without a column of the time, the first that has times is it. */
  static SeriesData of(Table table, SeriesConfig config) {
    String time =
        config.time() != null
            ? config.time()
            : table.columns().stream()
                .filter(column -> column.kind() == Column.Kind.TIME)
                .map(Column::name)
                .findFirst()
                .orElse(null);
    return of(table, config.by(), time);
  }

  /** The sequences that two columns say; null for those that there are not. */
  static SeriesData of(Table table, String by, String time) {
    Column names = by == null ? null : words(table, by);
    Column times = time == null ? null : table.column(time);
    if (times != null && times.kind() == Column.Kind.WORD) {
      throw new InvalidInputException(
          "%s: column '%s' has %s, which is no point in time: write 1973-05-01, 1973-05-01 12:30, 1973-05 or a number"
              .formatted(table.name(), time, odd(times)));
    }
    return new SeriesData(table, Groups.of(table, names, times), times, 0);
  }

  private static String odd(Column column) {
    return column.odd() == null
        ? "words"
        : "'%s' in line %d".formatted(column.odd().text(), column.odd().line());
  }

  /** A column of words. */
  static Column words(Table table, String name) {
    Column column = table.column(name);
    boolean empty =
        column.kind() == Column.Kind.NUMBER
            && IntStream.range(0, column.rows()).allMatch(column::isMissing);
    if (column.kind() != Column.Kind.WORD && !empty) {
      throw new InvalidInputException(
          "%s: column '%s' was read as numbers, but it has names: read the table with the words of the configuration or the model"
              .formatted(table.name(), name));
    }
    return column;
  }

  /** The steps of some rows of a sequence, on a clock. */
  long[] positions(Clock clock, int group, int from, int to) {
    Column times = clock.column() == null ? null : table.column(clock.column());
    long[] positions = new long[to - from];
    for (int t = 0; t < positions.length; t++) {
      positions[t] =
          times == null
              ? before + from + t - groups.start(group)
              : clock.position(times.at(groups.row(from + t)));
    }
    return positions;
  }

  /** A column of numbers. */
  Column numbers(String name) {
    Column column = table.column(name);
    if (column.kind() != Column.Kind.NUMBER) {
      throw new InvalidInputException(
          "%s: column '%s' has %s: numbers are needed".formatted(table.name(), name, odd(column)));
    }
    return column;
  }

  /** The words of a column in some rows, in the order of the rows. */
  List<String> words(String name, Parts parts) {
    Column column = words(table, name);
    boolean[] seen = new boolean[column.words().size()];
    List<String> words = new ArrayList<>();
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
