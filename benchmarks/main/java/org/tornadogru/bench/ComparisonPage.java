package org.tornadogru.bench;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tornadogru.bench.BarChart.Bar;
import org.tornadogru.bench.Row.Figures;
import org.tornadogru.bench.Row.Ratio;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;

/** A comparison as one page that needs nothing else: no script, no font, no picture. */
record ComparisonPage(Comparison comparison) {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** One per device, in turn; of a kind that the colour-blind tell apart. */
  private static final List<String> COLORS =
      List.of("#4477aa", "#ee7733", "#228833", "#aa3377", "#66aacc", "#bbaa33");

  /** Kernels other than the annotated ones are the point of a device, and so in full colour. */
  private static final String PALE = "99";

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
    page.append("<title>tornado-gru: comparison</title>\n");
    page.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    page.append("<h1>tornado-gru, side by side</h1>\n");
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
    return comparison.rows().stream().map(Row::work).distinct().toList();
  }

  private List<String> targets() {
    return comparison.rows().stream().map(row -> row.contender().target()).distinct().toList();
  }

  private String color(Row row) {
    String color = COLORS.get(targets().indexOf(row.contender().target()) % COLORS.size());
    return row.contender().kernels().equals("annotated") ? color + PALE : color;
  }

  private void addDevices(StringBuilder page) {
    page.append("<section>\n<h2>Devices</h2>\n<dl>\n");
    for (String target : targets()) {
      Row any =
          comparison.rows().stream()
              .filter(row -> row.contender().target().equals(target))
              .findFirst()
              .orElseThrow();
      String color = COLORS.get(targets().indexOf(target) % COLORS.size());
      page.append(
          "<dt><span class=\"swatch\" style=\"background: %s\"></span>%s</dt><dd>%s</dd>\n"
              .formatted(
                  color, Markup.escape(target), Markup.escape(any.contender().description())));
    }
    page.append("</dl>\n");
    paragraph(page, "about", "Bars of the annotated kernels are pale.");
    page.append("</section>\n");
  }

  private void addWork(StringBuilder page, Work work) {
    List<Row> rows = comparison.rows().stream().filter(row -> row.work().equals(work)).toList();
    page.append("<section>\n<h2>").append(Markup.escape(work.name())).append("</h2>\n");
    paragraph(page, "shape", shape(work));
    page.append("<div class=\"charts\">\n");
    if (comparison.hasLibraries()) {
      figure(
          page,
          "Times as fast",
          "as the library that the table names; whiskers: the rounds at their worst and best",
          rows.stream().map(this::ratioBar).toList());
    }
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
    GruConfig config = work.config();
    String model =
        "%s %d, %d hidden units"
            .formatted(
                work.kind().isOfLayer() ? "inputs of size" : "vocabulary",
                config.inputSize(),
                config.hiddenSize());
    String batch =
        "batch %d, %d steps of time".formatted(work.shape().batch(), work.shape().steps());
    return switch (work.kind()) {
      case TRAINING -> "One update with SGD and gradient clipping: %s, %s.".formatted(model, batch);
      case INFERENCE -> "Scores of one batch, in host memory: %s, %s.".formatted(model, batch);
      case GENERATION -> "A character of a greedy text of %d: %s.".formatted(Exercise.TEXT, model);
      case LAYER_TRAINING ->
          "%s forward and backward, gradients in host memory: %s, %s."
              .formatted(layers(work), model, batch);
      case LAYER_INFERENCE ->
          "%s forward, outputs in host memory: %s, %s.".formatted(layers(work), model, batch);
      case PRODUCT ->
          "A product of two matrices of %d rows and columns.".formatted(config.hiddenSize());
    };
  }

  private static String layers(Work work) {
    GruConfig config = work.config();
    String layers = config.layers() == 1 ? "One layer" : config.layers() + " layers";
    String ways = config.direction() == Direction.BIDIRECTIONAL ? " both ways" : "";
    String lengths = work.ragged() ? ", sequences of many lengths" : "";
    return layers + ways + lengths;
  }

  private Bar speedBar(Row row) {
    Figures figures = row.figures();
    if (figures == null) {
      return Bar.missing(row.title(), "no result");
    }
    double scale = figures.charactersPerSecond() * figures.medianMillis();
    return new Bar(
        row.title(),
        figures.charactersPerSecond(),
        scale / figures.p90Millis(),
        scale / figures.p10Millis(),
        rate(figures.charactersPerSecond()),
        color(row));
  }

  private Bar ratioBar(Row row) {
    Ratio ratio = row.ratio();
    return ratio == null
        ? Bar.missing(row.title(), "no result")
        : new Bar(
            row.title(),
            ratio.value(),
            ratio.low(),
            ratio.high(),
            String.format(Locale.ROOT, "%.2f", ratio.value()),
            color(row));
  }

  private Bar firstStepBar(Row row) {
    Figures figures = row.figures();
    if (figures == null) {
      return Bar.missing(row.title(), "no result");
    }
    return new Bar(
        row.title(),
        figures.firstStepSeconds(),
        Double.NaN,
        Double.NaN,
        String.format(Locale.ROOT, "%.2f s", figures.firstStepSeconds()),
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

  private void addTable(StringBuilder page, List<Row> rows) {
    List<Column> columns = comparison.columns().stream().skip(1).toList(); // the work is above
    page.append("<div class=\"wide\"><table>\n<thead><tr>");
    for (Column column : columns) {
      page.append("<th>").append(Markup.escape(column.heading())).append("</th>");
    }
    page.append("</tr></thead>\n<tbody>\n");
    Optional<Row> best =
        rows.stream()
            .filter(row -> row.figures() != null)
            .min(Comparator.comparingDouble(row -> row.figures().medianMillis()));
    for (Row row : rows) {
      page.append(best.filter(row::equals).isPresent() ? "<tr class=\"best\">" : "<tr>");
      columns.stream()
          .filter(column -> column.isText() || row.figures() != null)
          .forEach(column -> cell(page, column.text(row)));
      if (row.problem() != null) {
        if (row.figures() != null) {
          page.append("</tr>\n<tr><td></td><td></td>");
        }
        page.append(
            "<td class=\"problem\" colspan=\"%d\">%s</td>"
                .formatted(columns.size() - 2, Markup.escape(row.problem())));
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
        String.format(
            Locale.ROOT,
            "Each round of each row is a process of its own, one at a time, by turns; rounds: %d;"
                + " threads: %d. While one was timed, other processes took at most %.1f %% of the"
                + " CPUs.",
            comparison.effort().rounds(),
            comparison.effort().threads(),
            100 * others()));
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
            "Of the rounds' medians, per training step, batch or character of a text. Each process"
                + " warms up for %.1f s and is timed for as long; p10–p90 are percentiles over the"
                + " steps of all rounds.",
            comparison.effort().seconds()));
    define(
        page,
        "GFLOP/s",
        "Matrix products only: two operations per weight and position forward, three times as many in"
            + " training. A language model has 3H² + H·V such weights, for H hidden units and a"
            + " vocabulary of V; its inputs are looked up.");
    define(
        page,
        "to, from device",
        "Bytes per step as the runtime counts them; weights stay on the device.");
    define(
        page,
        "max diff",
        "Largest difference from %s%s: of the losses and weights of the first three updates, of all"
                .formatted(
                    comparison.judge().description(),
                    comparison.hasLibraries()
                        ? ", or from the annotated kernels where it cannot do the work"
                        : "")
            + " scores, outputs or gradients, or, for a text, of the score of the first character that differs. Answers"
            + " further off than rounding explains are an error, not a row.");
    page.append("</dl>\n</section>\n");
  }

  private double others() {
    return comparison.rows().stream()
        .filter(row -> row.figures() != null)
        .mapToDouble(row -> row.figures().others())
        .max()
        .orElse(0);
  }

  private static void define(StringBuilder page, String term, String meaning) {
    page.append("<dt>%s</dt><dd>%s</dd>\n".formatted(Markup.escape(term), Markup.escape(meaning)));
  }

  private static void paragraph(StringBuilder page, String style, String text) {
    page.append("<p class=\"%s\">%s</p>\n".formatted(style, Markup.escape(text)));
  }
}
