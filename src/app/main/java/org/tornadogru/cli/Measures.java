package org.tornadogru.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tornadogru.series.Alarms;
import org.tornadogru.series.Score;
import org.tornadogru.series.SeriesConfig;

/** How good a model of a table is, beside what costs nothing, for the user to read. */
record Measures(Score score, SeriesConfig config) {

  /** More labels make no table that can be read. */
  private static final int MOST_LABELS = 20;

  void print(PrintWriter out) {
    switch (score) {
      case Score.Forecasts several -> several.targets().forEach(each -> print(out, each));
      case Score.Forecast forecast -> print(out, forecast);
      case Score.Labels labels -> print(out, labels);
    }
    out.flush();
  }

  /** Whether the model is worth its cost, in plain words; one sentence for each target. */
  List<String> verdicts() {
    return switch (score) {
      case Score.Forecasts several -> several.targets().stream().map(this::verdict).toList();
      case Score.Forecast forecast -> List.of(verdict(forecast));
      case Score.Labels labels -> List.of(verdict(labels));
    };
  }

  private void print(PrintWriter out, Score.Forecast forecast) {
    out.println(
        String.format(
            Locale.ROOT, "measured    '%s', %,d forecasts", forecast.target(), forecast.count()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "mean absolute error", "RMSE", "MASE", range() + " covers"));
    rows.add(
        List.of(
            "the model",
            number(forecast.mae()),
            number(forecast.rmse()),
            String.format(Locale.ROOT, "%.3f", forecast.mase()),
            String.format(Locale.ROOT, "%.1f %%", 100 * forecast.coverage())));
    if (config.task().ofRowsAhead()) {
      rows.add(List.of("the last value", number(forecast.lastMae()), "", "", ""));
    }
    if (!config.task().ofRowsAhead() || forecast.baselineMae() != forecast.lastMae()) {
      rows.add(List.of(forecast.baseline(), number(forecast.baselineMae()), "", "", ""));
    }
    Columns.print(out, indented(rows));
    out.println("verdict     " + verdict(forecast));
  }

  private String range() {
    return String.format(Locale.ROOT, "%.0f %% range", 100.0 * (config.high() - config.low()));
  }

  private String verdict(Score.Forecast forecast) {
    boolean lastIsBest =
        config.task().ofRowsAhead() && forecast.lastMae() <= forecast.baselineMae();
    double least = Math.min(forecast.lastMae(), forecast.baselineMae());
    String free = lastIsBest ? "the last value" : forecast.baseline();
    double part = 100 * (1 - forecast.mae() / least);
    return forecast.beatsBaseline()
        ? String.format(
            Locale.ROOT,
            "the model beats what costs nothing: its error is %.0f %% less than that of %s",
            part,
            free)
        : "nothing was learned: the model does not beat %s, which costs nothing".formatted(free);
  }

  /** Prints which rows of a table are alarms, and which should be where that is known. */
  static void print(PrintWriter out, Alarms alarms, double threshold) {
    out.println(
        String.format(
            Locale.ROOT,
            "alarms      %,d of %,d rows, at scores above %.2f",
            alarms.count(),
            alarms.rows(),
            threshold));
    List<List<String>> columns = new ArrayList<>();
    alarms
        .columns()
        .forEach(
            (column, count) ->
                columns.add(List.of("'%s'".formatted(column), "%,d".formatted(count))));
    Columns.print(out, indented(columns));
    if (alarms.model() != null) {
      Alarms.Detection never = new Alarms.Detection(0, 0, alarms.model().anomalies());
      Columns.print(
          out,
          indented(
              List.of(
                  List.of("", "precision", "recall", "F1"),
                  row("the model", alarms.model()),
                  row("never an alarm", never),
                  row(
                      Alarms.DEVIATIONS + " standard deviations from the mean",
                      alarms.deviations()))));
      out.println("verdict     " + verdict(alarms));
    }
    out.flush();
  }

  private static List<String> row(String name, Alarms.Detection found) {
    return List.of(name, part(found.precision()), part(found.recall()), part(found.f1()));
  }

  private static String part(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String verdict(Alarms alarms) {
    if (alarms.model().anomalies() == 0) {
      return "no anomaly is known: each alarm is a false one";
    }
    return alarms.model().f1() > Math.max(0, alarms.deviations().f1())
        ? "the model beats what costs nothing: F1 %s beside %s"
            .formatted(part(alarms.model().f1()), part(alarms.deviations().f1()))
        : "the model does not beat the distance from the mean, which costs nothing";
  }

  private static void print(PrintWriter out, Score.Labels labels) {
    out.println(String.format(Locale.ROOT, "measured    %,d labels", labels.count()));
    Columns.print(
        out,
        indented(
            List.of(
                List.of("", "accuracy"),
                List.of(
                    "the model", String.format(Locale.ROOT, "%.1f %%", 100 * labels.accuracy())),
                List.of(
                    "the commonest label",
                    String.format(Locale.ROOT, "%.1f %%", 100 * labels.majority())))));
    if (labels.labels().size() <= MOST_LABELS) {
      Columns.print(out, indented(confusion(labels)));
    }
    out.println("verdict     " + verdict(labels));
  }

  private static String verdict(Score.Labels labels) {
    return labels.accuracy() > labels.majority()
        ? "the model beats what costs nothing: always the commonest label"
        : "nothing was learned: always the commonest label is as good, and costs nothing";
  }

  /** For each label what it was taken for, and its F1. */
  static List<List<String>> confusion(Score.Labels labels) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("truth"));
    labels.labels().forEach(label -> header.add("as " + label));
    header.add("F1");
    rows.add(header);
    for (int truth = 0; truth < labels.labels().size(); truth++) {
      List<String> row = new ArrayList<>(List.of(labels.labels().get(truth)));
      for (long count : labels.confusion()[truth]) {
        row.add(String.format(Locale.ROOT, "%,d", count));
      }
      double f1 = labels.f1(truth);
      row.add(Double.isNaN(f1) ? "" : String.format(Locale.ROOT, "%.3f", f1));
      rows.add(row);
    }
    return rows;
  }

  private static List<List<String>> indented(List<List<String>> rows) {
    return rows.stream()
        .map(
            row -> {
              List<String> line = new ArrayList<>(row);
              line.addFirst(" ".repeat("measured  ".length()));
              return line;
            })
        .toList();
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
