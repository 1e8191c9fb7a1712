package org.tornadogru.series;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.tornadogru.nn.InvalidInputException;

/**
 * What a model of a table is to answer.
 *
 * @param kind of question
 * @param targets columns to forecast, or the one with the label or value; none for alarms
 * @param horizon rows ahead, at least 1, and 1 for alarms; 0 where nothing is forecast
 */
public record SeriesTask(Kind kind, List<String> targets, int horizon) {

  private static final int MOST_ROWS = 10_000;

  /** Kinds of questions. */
  public enum Kind {
    /** The next values of some columns, with a range. */
    FORECAST,
    /** One label for each sequence. */
    CLASSIFY,
    /** One number for each sequence, with a range. */
    VALUE,
    /** One label for each row. */
    TAG,
    /** How unlike what comes before each row is. */
    ALARM
  }

  public SeriesTask {
    Objects.requireNonNull(kind, "kind");
    targets = List.copyOf(Objects.requireNonNull(targets, "targets"));
    if (targets.isEmpty() != (kind == Kind.ALARM)) {
      throw new InvalidInputException("a model of a table needs a column to forecast, or a label");
    }
    if (kind == Kind.FORECAST && (horizon < 1 || horizon > MOST_ROWS)) {
      throw new InvalidInputException(
          "a forecast reaches from 1 to %,d rows ahead, not %d".formatted(MOST_ROWS, horizon));
    }
    if (kind == Kind.ALARM && horizon != 1) {
      throw new InvalidInputException("alarms look 1 row ahead, not %d".formatted(horizon));
    }
    if (!ofRows(kind) && (horizon != 0 || targets.size() > 1)) {
      throw new InvalidInputException("labels and values are of one column, and of no row ahead");
    }
    if (targets.size() > new HashSet<>(targets).size()) {
      throw new InvalidInputException("a column is to be forecast once, not in " + targets);
    }
  }

  /**
   * The next rows of these columns.
   *
   * @param horizon how many
   * @throws InvalidInputException without a column, with one twice, or if the horizon is too small
   *     or large
   */
  public static SeriesTask forecast(int horizon, String... targets) {
    return new SeriesTask(
        Kind.FORECAST, List.of(Objects.requireNonNull(targets, "targets")), horizon);
  }

  /** The label of each sequence, which a column has in all its rows. */
  public static SeriesTask classify(String label) {
    return new SeriesTask(Kind.CLASSIFY, List.of(Objects.requireNonNull(label, "label")), 0);
  }

  /**
   * A number for each sequence, which a column has in its last row: what is asked for once all rows
   * are seen.
   */
  public static SeriesTask value(String target) {
    return new SeriesTask(Kind.VALUE, List.of(Objects.requireNonNull(target, "target")), 0);
  }

  /**
   * How far each row is out of the range that the row before makes likely, for all columns of
   * numbers: what is normal is learned.
   */
  public static SeriesTask alarm() {
    return new SeriesTask(Kind.ALARM, List.of(), 1);
  }

  /** The label of each row. */
  public static SeriesTask tag(String label) {
    return new SeriesTask(Kind.TAG, List.of(Objects.requireNonNull(label, "label")), 0);
  }

  /** What it is, in words. */
  public String words() {
    String columns = targets.stream().map("'%s'"::formatted).collect(Collectors.joining(", "));
    return switch (kind) {
      case FORECAST ->
          "forecasts %s, %d %s ahead".formatted(columns, horizon, horizon == 1 ? "row" : "rows");
      case CLASSIFY -> "labels each sequence with its %s".formatted(columns);
      case VALUE -> "finds the %s of each sequence".formatted(columns);
      case TAG -> "labels each row with its %s".formatted(columns);
      case ALARM -> "finds rows that are unlike those before";
    };
  }

  /** Whether the answer is a number. */
  public boolean ofNumbers() {
    return ofRows(kind) || kind == Kind.VALUE;
  }

  /** Whether rows ahead are forecast: the answer itself, or what alarms are measured by. */
  public boolean ofRowsAhead() {
    return ofRows(kind);
  }

  private static boolean ofRows(Kind kind) {
    return kind == Kind.FORECAST || kind == Kind.ALARM;
  }

  /** Whether a sequence has one answer, at its last row. */
  public boolean ofSequences() {
    return kind == Kind.CLASSIFY || kind == Kind.VALUE;
  }

  /** Ranges that an answer has for each target: rows ahead, or one. */
  int ranges() {
    return Math.max(1, horizon);
  }
}
