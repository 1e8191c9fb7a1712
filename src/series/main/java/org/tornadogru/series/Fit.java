package org.tornadogru.series;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.tornadogru.nn.InvalidInputException;

/** Whether a table is like the one that a model learned from: what is not is refused, or said. */
final class Fit {

  private final Preparation preparation;
  private final SeriesData data;
  private final Table table;
  private final List<String> notes = new ArrayList<>();

  private Fit(Preparation preparation, SeriesData data) {
    this.preparation = preparation;
    this.data = data;
    table = data.table();
  }

  /**
   * The sequences of a table to answer.
   *
   * @throws InvalidInputException if it lacks a column, or has one of another kind
   */
  static SeriesData data(Preparation preparation, Table table) {
    Objects.requireNonNull(table, "table");
    SeriesData data = SeriesData.of(table, preparation.config().by(), preparation.clock().column());
    for (ColumnCode code : preparation.inputs()) {
      if (code.isNumber()) {
        data.numbers(code.column());
      } else {
        SeriesData.words(table, code.column());
      }
    }
    return data;
  }

  /** What of a table is unlike what was learned from, in words. */
  static List<String> notes(Preparation preparation, Table table, Set<String> lookedAt) {
    return new Fit(preparation, data(preparation, table)).notes(lookedAt);
  }

  private List<String> notes(Set<String> lookedAt) {
    preparation.inputs().forEach(this::compare);
    Clock clock = Clock.of(data.groups(), data.time());
    if (clock.months() != preparation.clock().months()
        || (!clock.months() && isOther(clock.step(), preparation.clock().step()))) {
      notes.add(
          "a step of '%s' is %s, but %s where it was learned: rows are taken as steps"
              .formatted(clock.column(), step(clock), step(preparation.clock())));
    }
    Set<String> used = new HashSet<>(lookedAt);
    used.addAll(preparation.config().task().targets());
    preparation.inputs().forEach(code -> used.add(code.column()));
    used.add(preparation.config().by());
    used.add(preparation.clock().column());
    List<String> others =
        table.columns().stream().map(Column::name).filter(name -> !used.contains(name)).toList();
    if (!others.isEmpty()) {
      notes.add("not looked at: '%s'".formatted(String.join("', '", others)));
    }
    return notes;
  }

  /** Months are not of one length, and rows may be missing: a step is much the same. */
  private static boolean isOther(double one, double other) {
    return Math.max(one, other) > 1.5 * Math.min(one, other);
  }

  private static String step(Clock clock) {
    return clock.months() ? "a month" : "%,.6g".formatted(clock.step());
  }

  private void compare(ColumnCode code) {
    Column column = table.column(code.column());
    if (!code.isNumber()) {
      Set<String> known = new HashSet<>(code.words());
      IntPredicate isNew = row -> !column.isMissing(row) && !known.contains(column.word(row));
      long count = count(isNew);
      if (count > 0) {
        notes.add(
            "column '%s': %,d of %,d rows have words that were not learned from, like '%s'"
                .formatted(column.name(), count, table.rows(), column.word(first(isNew))));
      }
      return;
    }
    IntPredicate isFar = row -> code.isFar(column.at(row));
    long far = count(isFar);
    if (far > 0) {
      notes.add(
          "column '%s': %,d of %,d values are far from those that were learned from, %s to %s, like %s: are they in the same unit?"
              .formatted(
                  column.name(),
                  far,
                  table.rows(),
                  text(code.least()),
                  text(code.most()),
                  text(column.at(first(isFar)))));
    }
    long missing = count(column::isMissing);
    if (missing > 0 && !code.flagged()) {
      notes.add(
          "column '%s': %,d of %,d values are missing, but none was where it was learned from; the last one before stands for each"
              .formatted(column.name(), missing, table.rows()));
    }
  }

  private static String text(double number) {
    return String.valueOf((float) number);
  }

  private long count(IntPredicate what) {
    return IntStream.range(0, table.rows()).filter(what).count();
  }

  private int first(IntPredicate what) {
    return IntStream.range(0, table.rows()).filter(what).findFirst().orElseThrow();
  }
}
