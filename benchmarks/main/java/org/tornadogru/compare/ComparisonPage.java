package org.tornadogru.compare;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tornadogru.compare.BarChart.Bar;
import org.tornadogru.compare.ComparisonRow.Steady;

/** A comparison as one page that needs nothing else: no script, no font, no picture. */
record ComparisonPage(DeviceComparison comparison) {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** One per device, in turn; of a kind that the colour-blind tell apart. */
  private static final List<String> COLORS =
      List.of("#4477aa", "#ee7733", "#228833", "#aa3377", "#66aacc", "#bbaa33");

  /** Kernels other than the annotated ones are the point of a device, and so in full colour. */
  private static final String PALE = "99";

  private static final List<String> HEADINGS =
      List.of(
          "device",
          "kernels",
          "first step",
          "median",
          "p10–p90, ms",
          "characters/s",
          "GFLOP/s",
          "to device",
          "from device",
          "max diff");

  private static final String STYLE =
      """
      :root { color-scheme: light; }
      * { box-sizing: border-box; }
      body { margin: 0; background: #f5f6f8; color: #1f2933; line-height: 1.5;
        font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
      main { max-width: 1180px; margin: 0 auto; padding: 36px 24px 48px; }
      h1 { font-size: 28px; margin: 0; letter-spacing: -0.01em; }
      h2 { font-size: 19px; margin: 0; }
      h3 { font-size: 14px; font-weight: 600; margin: 0 0 8px; }
      h3 span { font-weight: 400; color: #6b7785; }
      .about, .shape { color: #56616d; margin: 4px 0 0; }
      section .about { margin-top: 12px; }
      section { background: #fff; border: 1px solid #e1e5ea; border-radius: 8px; margin-top: 24px; padding: 22px 24px; }
      .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 28px; margin: 18px 0 20px; }
      figure { margin: 0; }
      svg { display: block; width: 100%; height: auto; }
      svg text { font-size: 13px; fill: #1f2933; }
      svg .value { font-variant-numeric: tabular-nums; }
      svg .none { fill: #b42318; }
      svg .axis { stroke: #9aa5b1; stroke-width: 1; }
      svg .whisker { stroke: #1f2933; stroke-width: 1.2; fill: none; opacity: 0.65; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
      th { text-align: right; font-weight: 600; color: #56616d; border-bottom: 2px solid #e1e5ea; padding: 6px 10px; white-space: nowrap; }
      td { text-align: right; border-bottom: 1px solid #eef1f4; padding: 7px 10px; white-space: nowrap; }
      th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
      td.problem { text-align: left; color: #b42318; white-space: normal; }
      tr.best td { background: #f1f7f1; font-weight: 600; }
      tr:last-child td { border-bottom: none; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 20px; margin: 12px 0 0; }
      dt { font-weight: 600; }
      dd { margin: 0; color: #3a4550; }
      .swatch { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 8px; }
      """;

  String html() {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    // Without it a browser asks for /favicon.ico.
    page.append("<link rel=\"icon\" href=\"data:,\"/>\n");
    page.append("<title>tornado-gru: device comparison</title>\n");
    page.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    page.append("<h1>Device comparison</h1>\n");
    paragraph(
        page,
        "about",
        "%s · %s · Java %s"
            .formatted(DATE.format(comparison.date()), comparison.machine(), comparison.java()));
    addDevices(page);
    for (Work work : works()) {
      addWork(page, work);
    }
    addMethod(page);
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private List<Work> works() {
    return comparison.rows().stream().map(ComparisonRow::work).distinct().toList();
  }

  private List<String> targets() {
    return comparison.rows().stream().map(ComparisonRow::target).distinct().toList();
  }

  private String color(ComparisonRow row) {
    String color = COLORS.get(targets().indexOf(row.target()) % COLORS.size());
    return row.kernels().equals("annotated") ? color + PALE : color;
  }

  private void addDevices(StringBuilder page) {
    page.append("<section>\n<h2>Devices</h2>\n<dl>\n");
    for (String target : targets()) {
      ComparisonRow any =
          comparison.rows().stream()
              .filter(row -> row.target().equals(target))
              .findFirst()
              .orElseThrow();
      String color = COLORS.get(targets().indexOf(target) % COLORS.size());
      page.append(
          "<dt><span class=\"swatch\" style=\"background: %s\"></span>%s</dt><dd>%s</dd>\n"
              .formatted(color, Markup.escape(target), Markup.escape(any.device())));
    }
    page.append("</dl>\n");
    paragraph(page, "about", "Bars of the annotated kernels are pale.");
    page.append("</section>\n");
  }

  private void addWork(StringBuilder page, Work work) {
    List<ComparisonRow> rows =
        comparison.rows().stream().filter(row -> row.work().equals(work)).toList();
    page.append("<section>\n<h2>").append(Markup.escape(work.name())).append("</h2>\n");
    paragraph(page, "shape", shape(work));
    page.append("<div class=\"charts\">\n");
    figure(
        page,
        "Characters per second",
        "longer is better; whiskers: p10 to p90",
        rows.stream().map(this::speedBar).toList());
    figure(
        page,
        "Time to the first step",
        "shorter is better; compilation included",
        rows.stream().map(this::firstStepBar).toList());
    page.append("</div>\n");
    addTable(page, rows);
    page.append("</section>\n");
  }

  private static String shape(Work work) {
    String model =
        "vocabulary %d, %d hidden units"
            .formatted(work.config().inputSize(), work.config().hiddenSize());
    String batch =
        "batch %d, %d steps of time".formatted(work.shape().batch(), work.shape().steps());
    return switch (work.kind()) {
      case TRAINING -> "One update with SGD and gradient clipping: %s, %s.".formatted(model, batch);
      case INFERENCE -> "Scores of one batch, in host memory: %s, %s.".formatted(model, batch);
      case GENERATION ->
          "%d characters of one greedy text: %s. A step is all of them."
              .formatted(Exercise.Generation.LENGTH, model);
    };
  }

  private Bar speedBar(ComparisonRow row) {
    Steady steady = row.steady();
    if (steady == null) {
      return Bar.missing(row.title(), "no result");
    }
    double scale = steady.charactersPerSecond() * steady.medianMillis();
    return new Bar(
        row.title(),
        steady.charactersPerSecond(),
        scale / steady.p90Millis(),
        scale / steady.p10Millis(),
        rate(steady.charactersPerSecond()),
        color(row));
  }

  private Bar firstStepBar(ComparisonRow row) {
    Steady steady = row.steady();
    if (steady == null) {
      return Bar.missing(row.title(), "no result");
    }
    return new Bar(
        row.title(),
        steady.firstStepSeconds(),
        Double.NaN,
        Double.NaN,
        String.format(Locale.ROOT, "%.2f s", steady.firstStepSeconds()),
        color(row));
  }

  private static String rate(double perSecond) {
    String format = perSecond >= 1e6 ? "%.2f million" : "%.1f thousand";
    double value = perSecond >= 1e6 ? perSecond / 1e6 : perSecond / 1e3;
    return String.format(Locale.ROOT, format, value);
  }

  private static void figure(StringBuilder page, String title, String remark, List<Bar> bars) {
    page.append(
        "<figure>\n<h3>%s <span>– %s</span></h3>\n"
            .formatted(Markup.escape(title), Markup.escape(remark)));
    page.append(new BarChart(title, bars).svg()).append("</figure>\n");
  }

  private static void addTable(StringBuilder page, List<ComparisonRow> rows) {
    page.append("<div class=\"wide\"><table>\n<thead><tr>");
    for (String heading : HEADINGS) {
      page.append("<th>").append(Markup.escape(heading)).append("</th>");
    }
    page.append("</tr></thead>\n<tbody>\n");
    Optional<ComparisonRow> best =
        rows.stream()
            .filter(row -> row.steady() != null)
            .min(Comparator.comparingDouble(row -> row.steady().medianMillis()));
    for (ComparisonRow row : rows) {
      page.append(best.filter(row::equals).isPresent() ? "<tr class=\"best\">" : "<tr>");
      cell(page, row.target());
      cell(page, row.kernels());
      if (row.steady() != null) {
        DeviceComparison.figures(row.steady()).forEach(figure -> cell(page, figure));
      }
      if (row.problem() != null) {
        int columns = HEADINGS.size() - 2;
        if (row.steady() != null) {
          page.append("</tr>\n<tr><td></td><td></td>");
        }
        page.append(
            "<td class=\"problem\" colspan=\"%d\">%s</td>"
                .formatted(columns, Markup.escape(row.problem())));
      }
      page.append("</tr>\n");
    }
    page.append("</tbody>\n</table></div>\n");
  }

  private static void cell(StringBuilder page, String text) {
    page.append("<td>").append(Markup.escape(text)).append("</td>");
  }

  private void addMethod(StringBuilder page) {
    page.append("<section>\n<h2>How this was measured</h2>\n<dl>\n");
    define(
        page,
        "process",
        "Each round of each row is a process of its own, one at a time, by turns; rounds: %d."
            .formatted(comparison.rounds()));
    define(
        page,
        "first step",
        "Building the graph, compiling the kernels, uploading the weights and the first step; the"
            + " start of the JVM is left out. Drivers may keep compiled kernels on disk.");
    define(
        page,
        "median",
        String.format(
            Locale.ROOT,
            "Of the rounds' medians, per step. Each process warms up for %.1f s and is timed for as"
                + " long; p10–p90 are percentiles over the steps of all rounds.",
            comparison.seconds()));
    define(
        page,
        "GFLOP/s",
        "Matrix products only: 2·(3H² + H·V) operations per character forward, three times as many"
            + " in training, for H hidden units and a vocabulary of V.");
    define(
        page,
        "to, from device",
        "Bytes per step as the runtime counts them; weights stay on the device.");
    define(
        page,
        "max diff",
        "Largest difference from the annotated kernels on the plain JVM: of the losses and weights"
            + " of the first three updates, of all scores, or, for a text, of the score of the first"
            + " character that differs. Answers further off than rounding explains are an error, not"
            + " a row.");
    page.append("</dl>\n</section>\n");
  }

  private static void define(StringBuilder page, String term, String meaning) {
    page.append("<dt>%s</dt><dd>%s</dd>\n".formatted(Markup.escape(term), Markup.escape(meaning)));
  }

  private static void paragraph(StringBuilder page, String style, String text) {
    page.append("<p class=\"%s\">%s</p>\n".formatted(style, Markup.escape(text)));
  }
}
