package org.tornadogru.series;

import java.util.List;
import org.tornadogru.nn.InvalidInputException;

/**
 * What a model of a table is to answer.
 *
 * @param kind of question
 * @param targets columns to forecast, or the one with the label
 * @param horizon rows ahead, at least 1; 0 where nothing is forecast
 */
public record SeriesTask(Kind kind, List<String> targets, int horizon) {

  /** Kinds of questions. */
  public enum Kind {
    /** The next values of some columns, with a range. */
    FORECAST,
    /** One label for each sequence. */
    CLASSIFY,
    /** One label for each row. */
    TAG
  }

  public SeriesTask {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new InvalidInputException("a model of a table needs a column to forecast, or a label");
    }
    if (kind == Kind.FORECAST && horizon < 1) {
      throw new InvalidInputException(
          "a forecast reaches at least 1 row ahead, not %d".formatted(horizon));
    }
  }

  /** The next rows of these columns. */
  public static SeriesTask forecast(int horizon, String... targets) {
    return new SeriesTask(Kind.FORECAST, List.of(targets), horizon);
  }

  /** The label of each sequence, which a column has in all its rows. */
  public static SeriesTask classify(String label) {
    return new SeriesTask(Kind.CLASSIFY, List.of(label), 0);
  }

  /** The label of each row. */
  public static SeriesTask tag(String label) {
    return new SeriesTask(Kind.TAG, List.of(label), 0);
  }

  /** What it is, in words. */
  public String words() {
    String columns =
        targets.stream().map("'%s'"::formatted).collect(java.util.stream.Collectors.joining(", "));
    return switch (kind) {
      case FORECAST -> "forecasts %s, %d rows ahead".formatted(columns, horizon);
      case CLASSIFY -> "labels each sequence with its %s".formatted(columns);
      case TAG -> "labels each row with its %s".formatted(columns);
    };
  }

  /** Whether the answer is a number. */
  public boolean ofNumbers() {
    return kind == Kind.FORECAST;
  }
}
