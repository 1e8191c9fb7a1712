package org.tornadogru.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.file.Reason;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.study.Grid;
import org.tornadogru.study.SweepRun;
import org.tornadogru.study.TextRun;

/**
 * Combinations of settings side by side, as a page that needs nothing beside it.
 *
 * @param text its name
 * @param where they were learned
 * @param grid of the settings
 * @param options that all have, as they are typed
 * @param runs the best first
 */
public record SweepReport(
    String text, String where, Grid grid, String options, List<SweepRun> runs) {

  /** The page in the directory of a sweep. */
  public static final String PAGE = "sweep.html";

  /** Curves in one chart, as many as there are colours. */
  private static final int BEST = 6;

  public SweepReport {
    runs = List.copyOf(runs);
  }

  /**
   * Writes {@link #PAGE} into a directory.
   *
   * @throws InvalidInputException if it cannot be written
   */
  public void save(Path directory) {
    HtmlPage page = new HtmlPage("Settings side by side", TextRuns.STYLE + LineChart.STYLE);
    page.add(
        """
        <p>The text “%s”, learned with every combination of %s on %s. Perplexities are at the end of the last epoch: the smaller, the
        better. All have <code>%s</code>.</p>
        """
            .formatted(
                HtmlPage.escaped(text),
                HtmlPage.escaped(String.join(", ", grid.values().keySet())),
                HtmlPage.escaped(where),
                HtmlPage.escaped(options)));
    Map<String, TextRun> learned = new LinkedHashMap<>();
    runs.stream()
        .filter(each -> each.run() != null)
        .forEach(each -> learned.put(HtmlPage.escaped(each.experiment().name()), each.run()));
    if (!learned.isEmpty()) {
      TextRuns.addRuns(page, "settings", learned);
      addCurves(page, learned);
      TextRuns.addSamples(page, learned);
    }
    addFailures(page);
    Path file = directory.resolve(PAGE);
    try {
      page.write(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose another --out".formatted(file, Reason.of(e)), e);
    }
  }

  private static void addCurves(HtmlPage page, Map<String, TextRun> learned) {
    Map<String, TextRun> best = new LinkedHashMap<>();
    learned.entrySet().stream()
        .limit(BEST)
        .forEach(each -> best.put(each.getValue().experiment().name(), each.getValue()));
    page.add("<div class=\"charts\">")
        .add(TextRuns.validations("Validation perplexity, the best", best))
        .add("</div>\n");
  }

  private void addFailures(HtmlPage page) {
    for (SweepRun each : runs) {
      if (each.run() == null) {
        page.add(
            "<p>%s: %s</p>\n"
                .formatted(
                    HtmlPage.escaped(each.experiment().name()), HtmlPage.escaped(each.failure())));
      }
    }
  }
}
