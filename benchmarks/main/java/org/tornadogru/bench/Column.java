package org.tornadogru.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.tornadogru.bench.Row.Figures;
import org.tornadogru.report.Quantity;

/**
 * A column of the tables, on a terminal and in a page.
 *
 * @param isText left aligned, and there for rows without a result, too
 */
record Column(String heading, boolean isText, Function<Row, String> of) {

  private static final List<Column> NAMES =
      List.of(
          new Column("work", true, row -> row.work().name()),
          new Column("device", true, row -> row.contender().target()),
          new Column("kernels", true, row -> row.contender().kernels()));

  private static final Column MEDIAN =
      number("median", figures -> milliseconds(figures.medianMillis()) + " ms");

  private static final Column DIFFERENCE =
      number(
          "max diff",
          figures ->
              figures.maxAbsDiff() == 0
                  ? "0"
                  : String.format(Locale.ROOT, "%.0e", figures.maxAbsDiff()));

  private static final Column GFLOPS =
      number("GFLOP/s", figures -> String.format(Locale.ROOT, "%.1f", figures.gflops()));

  /** Where devices are compared with each other. */
  static final List<Column> OF_DEVICES =
      joined(
          number(
              "first step",
              figures -> String.format(Locale.ROOT, "%.2f s", figures.firstStepSeconds())),
          MEDIAN,
          number("p10–p90", figures -> range(figures.p10Millis(), figures.p90Millis())),
          number(
              "characters/s",
              figures -> String.format(Locale.ROOT, "%,.0f", figures.charactersPerSecond())),
          GFLOPS,
          number("to device", figures -> Quantity.bytes(figures.bytesToDevice())),
          number("from device", figures -> Quantity.bytes(figures.bytesFromDevice())),
          DIFFERENCE);

  /** Where there are other libraries. */
  static final List<Column> OF_LIBRARIES =
      joined(
          MEDIAN,
          number(
              "range of medians",
              figures -> range(figures.lowestMillis(), figures.highestMillis())),
          new Column("ratio (range)", false, Column::ratio),
          new Column("against", false, row -> row.ratio() == null ? "" : row.ratio().against()),
          GFLOPS,
          DIFFERENCE,
          number("rounds", figures -> Integer.toString(figures.rounds())));

  private static Column number(String heading, Function<Figures, String> of) {
    return new Column(heading, false, row -> of.apply(row.figures()));
  }

  private static List<Column> joined(Column... figures) {
    List<Column> columns = new ArrayList<>(NAMES);
    columns.addAll(List.of(figures));
    return List.copyOf(columns);
  }

  /** Empty where a row has nothing of this. */
  String text(Row row) {
    return isText || row.figures() != null ? of.apply(row) : "";
  }

  private static String ratio(Row row) {
    return row.ratio() == null
        ? ""
        : String.format(
            Locale.ROOT,
            "%.2f (%.2f–%.2f)",
            row.ratio().value(),
            row.ratio().low(),
            row.ratio().high());
  }

  private static String range(double low, double high) {
    return milliseconds(low) + "–" + milliseconds(high);
  }

  private static String milliseconds(double value) {
    String format = value < 1 ? "%.4f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Rows with a line of headings; what went wrong is at the end of a line. */
  static String table(List<Column> columns, List<Row> rows) {
    StringBuilder table = new StringBuilder();
    addLine(table, columns, rows, Column::heading, null);
    for (Row row : rows) {
      List<Column> some =
          columns.stream().filter(column -> column.isText || row.figures() != null).toList();
      addLine(table, some, rows, column -> column.text(row), row.problem());
    }
    return table.toString();
  }

  private static void addLine(
      StringBuilder table,
      List<Column> columns,
      List<Row> rows,
      Function<Column, String> cell,
      String problem) {
    StringBuilder line = new StringBuilder();
    for (Column column : columns) {
      String text = cell.apply(column);
      String padding = " ".repeat(column.width(rows) - text.length());
      line.append(column.isText ? text + padding : padding + text).append("  ");
    }
    if (problem != null) {
      line.append("! ").append(problem);
    }
    table.append(line.toString().stripTrailing()).append(System.lineSeparator());
  }

  private int width(List<Row> rows) {
    int widest = rows.stream().mapToInt(row -> text(row).length()).max().orElse(0);
    return Math.max(heading.length(), widest);
  }
}
