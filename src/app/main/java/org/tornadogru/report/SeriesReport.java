package org.tornadogru.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.tornadogru.file.WholeFile;
import org.tornadogru.series.Score;
import org.tornadogru.series.SeriesConfig;

/**
 * What a model of a table is worth, as a page that needs nothing beside it.
 *
 * @param table its name
 * @param verdicts in words
 */
public record SeriesReport(String table, SeriesConfig config, Score score, List<String> verdicts) {

  /** The file in a run's directory. */
  public static final String FILE_NAME = "report.html";

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #333; --paper: #fff; --line: #ddd; --bar: #1f77b4; --right: #d9e8f4 }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #ddd; --paper: #1a1a1a; --line: #444; --bar: #5aa7dd; --right: #1d4260 }
        img { filter: invert(.9) hue-rotate(180deg) }
      }
      body { font: 16px/1.5 sans-serif; color: var(--ink); background: var(--paper); max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
      h1 { overflow-wrap: anywhere }
      .picture { overflow-x: auto }
      img { width: 100%; min-width: 36rem }
      table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
      th, td { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid var(--line) }
      th:first-child, td:first-child { text-align: left }
      .bar { background: var(--bar); height: .8rem }
      td.wide { min-width: 6rem; width: 16rem }
      td.right { background: var(--right) }
      """;

  public SeriesReport {
    verdicts = List.copyOf(verdicts);
  }

  /**
   * Writes {@value #FILE_NAME} into a directory.
   *
   * @param picture whether there is a chart of the forecast there, to be shown
   */
  public void save(Path directory, boolean picture) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(escaped(table))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body>\n")
        .append(
            "<h1>%s</h1>\n<p>The model %s.</p>\n"
                .formatted(escaped(table), escaped(config.task().words())));
    verdicts.forEach(verdict -> page.append("<p><b>%s</b></p>\n".formatted(escaped(verdict))));
    if (picture) {
      byte[] png = Files.readAllBytes(directory.resolve(ForecastChart.PNG_FILE_NAME));
      page.append(
              "<div class=\"picture\"><img alt=\"forecasts and what came\" src=\"data:image/png;base64,")
          .append(Base64.getEncoder().encodeToString(png))
          .append("\"></div>\n");
    }
    switch (score) {
      case Score.Forecasts several -> several.targets().forEach(each -> add(page, each));
      case Score.Forecast forecast -> add(page, forecast);
      case Score.Labels labels -> add(page, labels);
    }
    page.append("</body></html>\n");
    WholeFile.write(directory.resolve(FILE_NAME), page.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void add(StringBuilder page, Score.Forecast forecast) {
    page.append("<h2>%s</h2>\n<table>\n".formatted(escaped(forecast.target())));
    row(page, "th", "rows that were not learned from", "mean absolute error");
    row(page, "td", "the model", number(forecast.mae()));
    if (config.task().ofRowsAhead()) {
      row(page, "td", "the last value", number(forecast.lastMae()));
    }
    row(page, "td", escaped(forecast.baseline()), number(forecast.baselineMae()));
    page.append("</table>\n");
    page.append(
        String.format(
            Locale.ROOT,
            "<p>%,d forecasts; RMSE %.4g, MASE %.3f; the range covers %.1f %%.</p>\n",
            forecast.count(),
            forecast.rmse(),
            forecast.mase(),
            100 * forecast.coverage()));
    if (config.task().ofRowsAhead()) {
      addErrorsByRowsAhead(page, forecast);
    }
  }

  private static void addErrorsByRowsAhead(StringBuilder page, Score.Forecast forecast) {
    page.append("<table>\n");
    row(page, "th", "rows ahead", "mean absolute error", "");
    double most = forecast.maeOf().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    for (int ahead = 1; ahead <= forecast.maeOf().size(); ahead++) {
      double error = forecast.maeOf().get(ahead - 1);
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%d</td><td>%.4g</td><td class=\"wide\"><div class=\"bar\" style=\"width:%.1f%%\"></div></td></tr>\n",
              ahead,
              error,
              most > 0 ? 100 * error / most : 0));
    }
    page.append("</table>\n");
  }

  private static void add(StringBuilder page, Score.Labels labels) {
    page.append(
        String.format(
            Locale.ROOT,
            "<p>%,d labels that were not learned from: %.1f %% are right; always the commonest would be right of %.1f %%.</p>\n<table>\n",
            labels.count(),
            100 * labels.accuracy(),
            100 * labels.majority()));
    List<String> header = new ArrayList<>(List.of("truth \\ answer"));
    labels.labels().forEach(label -> header.add(escaped(label)));
    header.add("F1");
    row(page, "th", header.toArray(String[]::new));
    for (int truth = 0; truth < labels.labels().size(); truth++) {
      page.append("<tr><td>%s</td>".formatted(escaped(labels.labels().get(truth))));
      for (int answer = 0; answer < labels.labels().size(); answer++) {
        page.append(
            String.format(
                Locale.ROOT,
                "<td%s>%,d</td>",
                answer == truth ? " class=\"right\"" : "",
                labels.confusion()[truth][answer]));
      }
      double f1 = labels.f1(truth);
      page.append(
          Double.isNaN(f1)
              ? "<td></td></tr>\n"
              : String.format(Locale.ROOT, "<td>%.3f</td></tr>\n", f1));
    }
    page.append("</table>\n");
  }

  private static void row(StringBuilder page, String kind, String... cells) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append("<%s>%s</%s>".formatted(kind, cell, kind));
    }
    page.append("</tr>\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
