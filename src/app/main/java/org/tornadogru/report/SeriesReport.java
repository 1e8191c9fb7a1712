package org.tornadogru.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
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
      @media (prefers-color-scheme: dark) { img { filter: invert(.9) hue-rotate(180deg) } }
      .picture { overflow-x: auto }
      img { min-width: 36rem }
      table { display: block; overflow-x: auto }
      .bar { background: var(--mark); height: .8rem }
      td.wide { min-width: 6rem; width: 16rem }
      td.right { background: var(--soft) }
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
    HtmlPage page =
        new HtmlPage(table, STYLE)
            .add("<p>The model %s.</p>\n".formatted(HtmlPage.escaped(config.task().words())));
    verdicts.forEach(
        verdict -> page.add("<p><b>%s</b></p>\n".formatted(HtmlPage.escaped(verdict))));
    if (picture) {
      byte[] png = Files.readAllBytes(directory.resolve(ForecastChart.PNG_FILE_NAME));
      page.add(
              "<div class=\"picture\"><img alt=\"forecasts and what came\" src=\"data:image/png;base64,")
          .add(Base64.getEncoder().encodeToString(png))
          .add("\"></div>\n");
    }
    switch (score) {
      case Score.Forecasts several -> several.targets().forEach(each -> add(page, each));
      case Score.Forecast forecast -> add(page, forecast);
      case Score.Labels labels -> add(page, labels);
    }
    page.write(directory.resolve(FILE_NAME));
  }

  private void add(HtmlPage page, Score.Forecast forecast) {
    page.add("<h2>%s</h2>\n<table>\n".formatted(HtmlPage.escaped(forecast.target())));
    page.row("th", "rows that were not learned from", "mean absolute error");
    page.row("td", "the model", number(forecast.mae()));
    if (config.task().ofRowsAhead()) {
      page.row("td", "the last value", number(forecast.lastMae()));
    }
    page.row("td", HtmlPage.escaped(forecast.baseline()), number(forecast.baselineMae()));
    page.add("</table>\n");
    page.add(
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

  private static void addErrorsByRowsAhead(HtmlPage page, Score.Forecast forecast) {
    page.add("<table>\n");
    page.row("th", "rows ahead", "mean absolute error", "");
    double most = forecast.maeOf().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    for (int ahead = 1; ahead <= forecast.maeOf().size(); ahead++) {
      double error = forecast.maeOf().get(ahead - 1);
      page.add(
          String.format(
              Locale.ROOT,
              "<tr><td>%d</td><td>%.4g</td><td class=\"wide\"><div class=\"bar\" style=\"width:%.1f%%\"></div></td></tr>\n",
              ahead,
              error,
              most > 0 ? 100 * error / most : 0));
    }
    page.add("</table>\n");
  }

  private static void add(HtmlPage page, Score.Labels labels) {
    page.add(
        String.format(
            Locale.ROOT,
            "<p>%,d labels that were not learned from: %.1f %% are right; always the commonest would be right of %.1f %%.</p>\n<table>\n",
            labels.count(),
            100 * labels.accuracy(),
            100 * labels.majority()));
    List<String> header = new ArrayList<>(List.of("truth \\ answer"));
    labels.labels().forEach(label -> header.add(HtmlPage.escaped(label)));
    header.add("F1");
    page.row("th", header.toArray(String[]::new));
    for (int truth = 0; truth < labels.labels().size(); truth++) {
      page.add("<tr><td>%s</td>".formatted(HtmlPage.escaped(labels.labels().get(truth))));
      for (int answer = 0; answer < labels.labels().size(); answer++) {
        page.add(
            String.format(
                Locale.ROOT,
                "<td%s>%,d</td>",
                answer == truth ? " class=\"right\"" : "",
                labels.confusion()[truth][answer]));
      }
      double f1 = labels.f1(truth);
      page.add(
          Double.isNaN(f1)
              ? "<td></td></tr>\n"
              : String.format(Locale.ROOT, "<td>%.3f</td></tr>\n", f1));
    }
    page.add("</table>\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
