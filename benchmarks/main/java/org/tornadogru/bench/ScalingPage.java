package org.tornadogru.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tornadogru.report.HtmlPage;
import org.tornadogru.report.LineChart;
import org.tornadogru.report.LineChart.Line;

/** A chart of each dimension, a line of each contender, and the numbers below. */
record ScalingPage(Comparison comparison) {

  void write(Path file) throws IOException {
    HtmlPage page = new HtmlPage("How the time of a training step grows", LineChart.STYLE);
    page.add(
        Markup.escape(
            "%s, %d threads unless said, Java %s, %s: forward and backward of a layer, milliseconds, medians of %d processes."
                .formatted(
                    comparison.machine(),
                    comparison.effort().threads(),
                    comparison.java(),
                    comparison.date(),
                    comparison.effort().rounds())));
    page.add("<div class=\"charts\">\n");
    for (Dimension dimension : Dimension.ALL) {
      List<Row> rows = rows(dimension);
      List<Line> lines = lines(dimension, rows);
      if (!lines.isEmpty()) {
        String title = dimension.title();
        page.add(new LineChart(title, title, "milliseconds", false, lines).html());
      }
    }
    page.add("</div>\n");
    for (Dimension dimension : Dimension.ALL) {
      addTable(page, dimension, rows(dimension));
    }
    page.write(file);
  }

  private List<Row> rows(Dimension dimension) {
    List<Work> works = dimension.works().toList();
    return comparison.rows().stream()
        .filter(row -> works.contains(row.work()) && row.figures() != null)
        .toList();
  }

  private static List<Line> lines(Dimension dimension, List<Row> rows) {
    List<Line> lines = new ArrayList<>();
    for (String title : rows.stream().map(Row::title).distinct().toList()) {
      List<Row> own = rows.stream().filter(row -> row.title().equals(title)).toList();
      lines.add(
          new Line(
              title,
              own.stream().map(row -> (double) dimension.sizeOf(row.work())).toList(),
              own.stream().map(row -> row.figures().medianMillis()).toList(),
              own.getFirst().contender().isLibrary()));
    }
    return lines;
  }

  private static void addTable(HtmlPage page, Dimension dimension, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    page.add("<table>\n").row("th", dimension.title(), "", "ms", "ms of one", "GFLOP/s");
    for (Row row : rows) {
      double millis = row.figures().medianMillis();
      page.row(
          "td",
          Integer.toString(dimension.sizeOf(row.work())),
          Markup.escape(row.title()),
          String.format(Locale.ROOT, "%.2f", millis),
          String.format(Locale.ROOT, "%.3f", dimension.costOfOne(row.work(), millis)),
          String.format(Locale.ROOT, "%.0f", row.figures().gflops()));
    }
    page.add("</table>\n");
  }
}
