package org.tornadogru.series;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.tornadogru.nn.InvalidInputException;

/**
 * A table of measurements: columns by name, rows in the order of the file.
 *
 * <pre>{@code
 * Table table = Table.read(Path.of("sunspots.csv"));
 * }</pre>
 *
 * @param name what messages call it
 * @param rows how many there are
 * @param columns of so many rows, in the order of the file
 */
public record Table(String name, int rows, List<Column> columns) {

  private static final int NEAR = 3;

  public Table {
    Objects.requireNonNull(name, "name");
    columns = List.copyOf(Objects.requireNonNull(columns, "columns"));
  }

  /**
   * A file of comma-separated values, or separated by semicolons or tabs, plain or gzipped, in
   * UTF-8; the first line has the names. Numbers may have decimal commas where semicolons separate.
   * A column of which all cells are numbers, or points in time, is read as these, any other one as
   * words. Points in time are {@code 1973-05}, {@code 1973-05-01}, {@code 1973-05-01 12:30}, with
   * seconds or without, a T or a blank between, and an offset from UTC behind it or none. A missing
   * cell is empty, {@code NA} or {@code NaN}; quotes keep a separator or a line end, but no blanks
   * at the ends of a cell. Empty lines are skipped.
   *
   * @throws InvalidInputException if the file is no such table, with its line
   */
  public static Table read(Path file) {
    return read(file, Set.of());
  }

  /**
   * The same, where some columns are read as words whatever is in them: names, labels, categories.
   *
   * @param words names of columns; those that the file does not have are ignored
   * @throws InvalidInputException if the file is no such table, with its line
   */
  public static Table read(Path file, Set<String> words) {
    return new TableReader(
            Objects.requireNonNull(file, "file"), Objects.requireNonNull(words, "words"))
        .read();
  }

  /**
   * A column.
   *
   * @throws InvalidInputException if there is none of that name, with the nearest names
   */
  public Column column(String wanted) {
    Objects.requireNonNull(wanted, "wanted");
    return columns.stream()
        .filter(column -> column.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> missing(name, wanted, columns.stream().map(Column::name).toList()));
  }

  /** Whether there is a column of that name. */
  public boolean has(String wanted) {
    Objects.requireNonNull(wanted, "wanted");
    return columns.stream().anyMatch(column -> column.name().equals(wanted));
  }

  static InvalidInputException missing(String table, String wanted, List<String> names) {
    String nearest =
        names.stream()
            .sorted(Comparator.comparingInt(each -> distance(each, wanted)))
            .limit(NEAR)
            .map("'%s'"::formatted)
            .collect(Collectors.joining(", "));
    return new InvalidInputException(
        "%s has no column '%s': the nearest of its %d are %s"
            .formatted(table, wanted, names.size(), nearest));
  }

  /** Letters to insert, leave out or change, whatever their case (Levenshtein). */
  private static int distance(String one, String other) {
    String from = one.toLowerCase(Locale.ROOT);
    String to = other.toLowerCase(Locale.ROOT);
    int[] costs = new int[to.length() + 1];
    for (int j = 0; j < costs.length; j++) {
      costs[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = costs[0];
      costs[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = costs[j];
        costs[j] = Math.min(change, 1 + Math.min(costs[j], costs[j - 1]));
      }
    }
    return costs[to.length()];
  }
}
