package org.tornadogru.series;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.tornadogru.nn.InvalidInputException;

/**
 * Which rows of a table are alarms, and how many of those that should be.
 *
 * @param rows that were looked at: all but the first of each sequence
 * @param columns how many alarms each column made, the one with the most first
 * @param model what the model finds of the anomalies that are known; null if none are
 * @param deviations what a distance of {@value #DEVIATIONS} standard deviations of the table's rows
 *     from their mean finds, in any column that is watched; null if no anomalies are known
 */
public record Alarms(long rows, Map<String, Long> columns, Detection model, Detection deviations) {

  /** Standard deviations from the mean that are an alarm. */
  public static final int DEVIATIONS = 3;

  /** Words for rows that are no anomaly. */
  private static final Set<String> NORMAL = Set.of("0", "false", "no", "normal");

  public Alarms {
    columns = new LinkedHashMap<>(columns);
  }

  /** How many rows are alarms. */
  public long count() {
    return columns.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Alarms beside anomalies.
   *
   * @param right alarms that are anomalies
   * @param alarms all of them
   * @param anomalies all of these
   */
  public record Detection(long right, long alarms, long anomalies) {

    /** The part of the alarms that is right; not a number if there is none. */
    public double precision() {
      return (double) right / alarms;
    }

    /** The part of the anomalies that is found; not a number if there is none. */
    public double recall() {
      return (double) right / anomalies;
    }

    /** The harmonic mean of both; not a number if there is neither alarm nor anomaly. */
    public double f1() {
      return 2.0 * right / (alarms + anomalies);
    }

    private Detection and(boolean alarm, boolean anomaly) {
      return new Detection(
          right + (alarm && anomaly ? 1 : 0),
          alarms + (alarm ? 1 : 0),
          anomalies + (anomaly ? 1 : 0));
    }
  }

  static Alarms of(SeriesModel model, Table table, String known) {
    if (model.config().task().kind() != SeriesTask.Kind.ALARM) {
      throw new InvalidInputException(
          "a model that %s makes no alarms".formatted(model.config().task().words()));
    }
    IntPredicate anomaly = known == null ? row -> false : anomalies(table.column(known));
    IntPredicate deviates =
        model.targets().stream()
            .map(target -> deviating(table.column(target)))
            .reduce(row -> false, IntPredicate::or);
    Map<String, Long> columns = new TreeMap<>();
    Detection[] found = {new Detection(0, 0, 0), new Detection(0, 0, 0)};
    long[] rows = new long[1];
    model.answer(
        table,
        answer -> {
          boolean alarm = answer.score() > model.threshold();
          if (alarm) {
            columns.merge(answer.column(), 1L, Long::sum);
          }
          found[0] = found[0].and(alarm, anomaly.test(answer.row()));
          found[1] = found[1].and(deviates.test(answer.row()), anomaly.test(answer.row()));
          rows[0]++;
        });
    Map<String, Long> most = new LinkedHashMap<>();
    columns.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(column -> most.put(column.getKey(), column.getValue()));
    return known == null
        ? new Alarms(rows[0], most, null, null)
        : new Alarms(rows[0], most, found[0], found[1]);
  }

  /** Rows that have something, and not a 0 or a word for what is normal. */
  private static IntPredicate anomalies(Column column) {
    return column.kind() == Column.Kind.WORD
        ? row ->
            !column.isMissing(row)
                && !NORMAL.contains(
                    Objects.requireNonNull(column.word(row)).toLowerCase(Locale.ROOT))
        : row -> !column.isMissing(row) && column.at(row) != 0;
  }

  private static IntPredicate deviating(Column column) {
    double[] numbers =
        IntStream.range(0, column.rows())
            .mapToDouble(column::at)
            .filter(number -> !Double.isNaN(number))
            .toArray();
    Scale scale = Scale.of(SeriesConfig.Scaling.STANDARD, numbers);
    return row -> Math.abs(scale.scaled(column.at(row))) > DEVIATIONS;
  }
}
