package org.tornadogru.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tornadogru.study.TextRun;
import org.tornadogru.train.EpochMetrics;

/** Runs over a text on a page: their numbers in a table, their curves, and what they write. */
final class TextRuns {

  /** What a page with them needs of CSS. */
  static final String STYLE =
      """
      .wide { overflow-x: auto }
      .wide table { font-size: clamp(.65rem, 3.2vw, 1rem) }
      .wide td { white-space: nowrap }
      dl.samples dd { margin: 0 0 .5rem; font: clamp(.75rem, 3.1vw, .9rem)/1.4 monospace; white-space: pre-wrap; overflow-wrap: anywhere }
      dl.samples dt { font-size: .85rem }
      details { margin: .5rem 0; font-size: .85rem }
      details pre { white-space: pre-wrap; font-size: .8rem }
      """;

  private TextRuns() {}

  /** A table of runs, with a name for each. */
  static void addRuns(HtmlPage page, String header, Map<String, TextRun> runs) {
    page.add("<div class=\"wide\"><table>\n");
    page.row("th", header, "train", "validation", "characters/s", "time");
    runs.forEach(
        (name, run) ->
            page.row(
                "td",
                name,
                number(run.last().trainPerplexity()),
                number(run.last().validationPerplexity()),
                String.format(Locale.ROOT, "%,.0f", run.charactersPerSecond()),
                Quantity.seconds(run.seconds())));
    page.add(
        "</table></div>\n<details><summary>Options of <code>./run.sh train</code> for the same</summary><pre>");
    runs.values().forEach(run -> page.add(HtmlPage.escaped(run.experiment().line())).add("\n"));
    page.add("</pre></details>\n");
  }

  /** What each writes. */
  static void addSamples(HtmlPage page, Map<String, TextRun> runs) {
    page.add("<dl class=\"samples\">\n");
    runs.forEach(
        (name, run) ->
            page.add("<dt>%s</dt><dd>%s</dd>\n".formatted(name, HtmlPage.escaped(run.sample()))));
    page.add("</dl>\n");
  }

  /** A chart of the validation perplexity of each, by epochs. */
  static String validations(String title, Map<String, TextRun> runs) {
    List<LineChart.Line> lines = new ArrayList<>();
    runs.forEach(
        (name, run) ->
            lines.add(LineChart.Line.of(name, run.epochs(), EpochMetrics::validationPerplexity)));
    return perplexities(title, lines);
  }

  /** A chart of perplexities by epochs. */
  static String perplexities(String title, List<LineChart.Line> lines) {
    return new LineChart(title, "epoch", "perplexity", true, lines).html();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
