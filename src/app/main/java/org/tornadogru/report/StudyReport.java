package org.tornadogru.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.tornadogru.file.Reason;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.study.Study;
import org.tornadogru.study.TextRun;
import org.tornadogru.train.EpochMetrics;

/** d2l's section 10.2 and its exercises as a page that needs nothing beside it. */
public record StudyReport(Study study) {

  /** Validation perplexities that d2l publishes, of The Time Machine. */
  private static final double D2L_SCRATCH = 6.74;

  private static final double D2L_CONCISE = 6.55;

  private static final Map<String, Double> D2L_SETTINGS =
      Map.of("--hidden", 32.0, "--learning-rate", 4.0, "--steps", 32.0, "--batch", 1024.0);

  private static final String STYLE =
      """
      h2 { margin-top: 2.5rem; line-height: 1.25 }
      .gates h2 { margin-top: 1rem; font-size: 1.1rem }
      """
          + TextRuns.STYLE
          + GateMap.STYLE
          + LineChart.STYLE;

  /**
   * Writes {@link Study#PAGE} into a directory.
   *
   * @throws InvalidInputException if it cannot be written
   */
  public void save(Path directory) {
    HtmlPage page = new HtmlPage("Gated recurrent units: d2l 10.2, done", STYLE);
    addIntroduction(page);
    addGates(page);
    addImplementations(page);
    new RecallSection(study.handSet(), study.recalls()).addTo(page);
    addGrid(page);
    addPlainNetwork(page);
    addSingleGates(page);
    page.add(GateMap.SCRIPT);
    Path file = directory.resolve(Study.PAGE);
    try {
      page.write(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a directory that can be written"
              .formatted(file, Reason.of(e)),
          e);
    }
  }

  private void addIntroduction(HtmlPage page) {
    page.add(
        """
        <p>What section 10.2 of <cite>Dive into Deep Learning</cite> does and asks for, in its order, with models that learned
        the text “%s” on %s. The numbers are in <code>data</code>, beside this page, in a file for each run; the models are there too, for
        <code>./run.sh explain --model</code> and <code>generate</code>. Perplexities are at the end of the last epoch: the
        smaller, the better; who guesses among the 28 symbols has 28. Seeds differ by some tenths.</p>
        """
            .formatted(HtmlPage.escaped(study.text()), HtmlPage.escaped(study.machine())));
  }

  private void addGates(HtmlPage page) {
    page.add(
        """
        <h2>1. Gates, candidate, hidden state</h2>
        <p>Behind each character x the state h becomes h'. This program has PyTorch's names; d2l's are
        R for the reset gate r, Z for the update gate z, H̃ for the candidate n and H for the state h, of all rows of a batch at once.
        σ goes from 0 to 1, and ⊙ multiplies number by number. The candidate is what the state would become; the reset gate says how
        much of the old state the candidate sees, and the update gate how much of the old state stays.
        Below, the concise model of part 2 reads characters that it has not learned. Units are sorted by their mean z: those on top
        keep their state the longest. Point at a map for its values.</p>
        """);
    List<Symbol> symbols = study.sentence().symbols().stream().map(Symbol::of).toList();
    new GateMap(study.config(), new GateNumbers(study.sentence().gates(), symbols)).addTo(page);
  }

  private void addImplementations(HtmlPage page) {
    page.add(
        """
        <h2>2. From scratch, and concise</h2>
        <p>From scratch, weights begin as N(0, 0.01²) and the reset gate acts before the recurrent product, n = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn);
        concise is PyTorch's layer: weights begin as U(±1/√H), and the gate acts behind the product. Otherwise both are d2l's: %s</p>
        """
            .formatted(protocol(study.concise())));
    Map<String, TextRun> runs = new LinkedHashMap<>();
    runs.put("from scratch", study.scratch());
    runs.put("concise", study.concise());
    TextRuns.addRuns(page, "model", runs);
    page.add(
        String.format(
            Locale.ROOT,
            "<p>d2l publishes validation perplexities of %.2f from scratch and %.2f concise, after 50 epochs of The Time Machine; the dashed lines are there.</p>\n",
            D2L_SCRATCH,
            D2L_CONCISE));
    page.add("<div class=\"charts\">");
    addCurves(page, "From scratch", study.scratch(), D2L_SCRATCH);
    addCurves(page, "Concise", study.concise(), D2L_CONCISE);
    page.add("</div>\n");
    TextRuns.addSamples(page, runs);
  }

  /** Sizes, which are the same for all but what a part varies. */
  private static String protocol(TextRun run) {
    return "%s over 10,000 windows of 32 characters, 1,024 at a time, 32 hidden units, SGD with rate 4, gradients clipped to 1; 5,000 more windows validate."
        .formatted(epochs(run));
  }

  private static String epochs(TextRun run) {
    int count = run.epochs().size();
    return count == 1 ? "1 epoch" : count + " epochs";
  }

  private static void addCurves(HtmlPage page, String title, TextRun run, double published) {
    List<Double> whole = List.of(1.0, (double) run.epochs().size());
    page.add(
        TextRuns.perplexities(
            title,
            List.of(
                LineChart.Line.of("training", run.epochs(), EpochMetrics::trainPerplexity),
                LineChart.Line.of("validation", run.epochs(), EpochMetrics::validationPerplexity),
                new LineChart.Line(
                    "d2l, The Time Machine", whole, List.of(published, published), true))));
  }

  private void addGrid(HtmlPage page) {
    page.add(
        """
        <h2>4. Exercise 2: settings</h2>
        <p>The concise model again, with one setting changed at a time. Hidden units make a step dearer; steps are how far back a
        gradient reaches, and how much a window has to read; a smaller batch makes more updates of as many characters.</p>
        """);
    study
        .grid()
        .forEach(
            (option, runs) -> {
              Map<String, TextRun> sorted = bySetting(option, runs);
              page.add("<h3><code>%s</code></h3>\n".formatted(option));
              TextRuns.addRuns(page, "value", sorted);
              page.add("<div class=\"charts\">")
                  .add(TextRuns.validations("Validation perplexity by " + option, sorted));
              TextRuns.addSamples(page, sorted);
              page.add("</div>\n");
            });
  }

  /** The concise run among those that differ from it in a setting, which numbers are. */
  private Map<String, TextRun> bySetting(String option, List<TextRun> runs) {
    Map<Double, TextRun> sorted = new TreeMap<>();
    sorted.put(D2L_SETTINGS.get(option), study.concise());
    runs.forEach(run -> sorted.put(Double.valueOf(run.experiment().options().get(option)), run));
    Map<String, TextRun> named = new LinkedHashMap<>();
    sorted.forEach((value, run) -> named.put(String.format(Locale.ROOT, "%.0f", value), run));
    return named;
  }

  private void addPlainNetwork(HtmlPage page) {
    page.add(
        """
        <h2>5. Exercise 3: a plain recurrent network beside the GRU</h2>
        <p>Without gates, h' = tanh(W_in x + b_in + W_hn h + b_hn). Only the full GRU has the fast kernels of part 2, so that here and in part 6
        all run with the library's plain loops, and times can be compared: %s over the text in 32 streams, 32 steps at
        a time, whose state is carried on; 32 hidden units, Adam with rate 0.01. (There is no LSTM in this library.)</p>
        """
            .formatted(epochs(study.ablations().get(Gating.FULL))));
    addAblations(page, List.of(Gating.FULL, Gating.NONE));
    page.add(
        """
        <p>Gradients of the state are what arrives k steps back, ‖∂(v · h<sub>T</sub>) / ∂h<sub>T−k</sub>‖ for a random direction v of length 1,
        as root mean square over 32 places in the text, or over sequences of part 3 whose first number is marked. What has vanished teaches
        nothing. An update gate can keep the state, and the gradient with it, where the task asks for it; of a text it may learn that what is
        near matters more.</p>
        """);
  }

  private static String gradients(String title, List<LineChart.Line> norms) {
    return new LineChart(title, "steps back, k", "norm", true, norms).html();
  }

  private void addSingleGates(HtmlPage page) {
    page.add(
        """
        <h2>6. Exercise 4: one gate alone</h2>
        <p>The reset gate alone has z = 0, so that h' = n; the update gate alone has r = 1. Everything else is as in part 5.</p>
        """);
    for (Gating gating : List.of(Gating.RESET_ONLY, Gating.UPDATE_ONLY)) {
      GruConfig config = study.config().toBuilder().gating(gating).build();
      page.add("<p>%s:</p>\n<pre>%s</pre>\n".formatted(name(gating), Equations.of(config, 0)));
    }
    addAblations(page, List.of(Gating.values()));
  }

  private void addAblations(HtmlPage page, List<Gating> gatings) {
    Map<String, TextRun> runs = new LinkedHashMap<>();
    gatings.forEach(gating -> runs.put(name(gating), study.ablations().get(gating)));
    TextRuns.addRuns(page, "model", runs);
    List<LineChart.Line> ofText = new ArrayList<>();
    runs.forEach((name, run) -> ofText.add(LineChart.Line.by(name, 1, 1, run.gradients())));
    List<LineChart.Line> ofRecall =
        study.recalls().stream()
            .filter(recall -> gatings.contains(recall.gating()))
            .map(recall -> LineChart.Line.by(name(recall.gating()), 1, 1, recall.gradients()))
            .toList();
    page.add("<div class=\"charts\">")
        .add(TextRuns.validations("Validation perplexity", runs))
        .add(gradients("Gradient of the state, text", ofText))
        .add(gradients("Gradient of the state, part 3", ofRecall));
    TextRuns.addSamples(page, runs);
    page.add("</div>\n");
  }

  /** A model by the gates that it has. */
  static String name(Gating gating) {
    return switch (gating) {
      case FULL -> "GRU";
      case NONE -> "no gates";
      default -> GruProperty.word(gating).replace("_only", " gate only");
    };
  }
}
