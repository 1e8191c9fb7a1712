package org.tornadogru.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.SeriesModel;
import org.tornadogru.series.SeriesTask;
import org.tornadogru.series.Table;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.TokenBatches;
import org.tornadogru.text.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Prints how well a model predicts a text: mean loss in nats, perplexity, bits. A model that was trained on streams reads the text in streams, any other in windows from the zero state. Of a table it prints the errors, beside those of what costs nothing.")
final class EvaluateCommand implements Runnable {

  // What train calls the length of its windows, how many it takes at a time, and how they follow
  // one
  // another, in a model's metadata.
  static final String STEPS = "steps";
  static final String BATCH = "batch";
  static final String WINDOWS = "windows";

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "A UTF-8 text file; all of it is read.")
  private Path text;

  @Option(
      names = "--series",
      paramLabel = "FILE",
      description = "A table, for a model of a table; all of its rows are compared.")
  private Path series;

  @Option(
      names = "--label",
      paramLabel = "COL",
      description =
          "For a model of alarms: the column that says which rows are known anomalies, by anything but 0, no, false, normal or nothing.")
  private String label;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Characters per window; default: as in training.")
  private Integer steps;

  @Mixin private DeviceOption device = new DeviceOption();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (steps != null && steps < 1) {
      throw new InvalidInputException("--steps must be at least 1, not " + steps);
    }
    if ((text == null) == (series == null)) {
      throw new InvalidInputException(
          text == null
              ? "evaluate needs --text FILE, or --series FILE for a model of a table"
              : "--text and --series exclude each other: give one of them");
    }
    if (series == null && label != null) {
      throw new InvalidInputException("--label is an option of tables: leave it out with --text");
    }
    if (series == null) {
      evaluateText();
    } else if (steps != null) {
      throw new InvalidInputException("--steps is an option of texts: leave it out with --series");
    } else {
      try (SeriesModel measured = model.loadSeries(device.chosen())) {
        boolean alarm = measured.config().task().kind() == SeriesTask.Kind.ALARM;
        if (label != null && !alarm) {
          throw new InvalidInputException(
              "--label is for a model of alarms: this one %s"
                  .formatted(measured.config().task().words()));
        }
        Table table = Table.read(series, measured.words());
        if (label != null) {
          table.column(label); // is refused before anything is said
        }
        measured
            .notes(table, label == null ? Set.of() : Set.of(label))
            .forEach(note -> spec.commandLine().getErr().println("note        " + note));
        new Measures(measured.evaluate(table), measured.config())
            .print(spec.commandLine().getOut());
        if (alarm) {
          Measures.print(
              spec.commandLine().getOut(), measured.alarms(table, label), measured.threshold());
        }
      }
    }
  }

  private void evaluateText() {
    Device chosen = device.chosen();
    GruModel trained = model.load();
    Corpus corpus = CorpusOptions.whole(text);
    Vocabulary vocabulary = trained.requireVocabulary();
    int[] tokens = TextOptions.encoded(vocabulary, corpus);
    Head head = Head.nextToken(vocabulary.size());
    boolean streams =
        Word.of(TextOptions.WindowSplit.STREAMS).equals(trained.metadata().get(WINDOWS));
    int length = steps != null ? steps : fact(trained, STEPS, RunSettings.D2L.steps());
    try (SequenceModel measured =
        streams
            ? SequenceModel.stateful(trained.weights(), head, chosen)
            : new SequenceModel(trained.weights(), head, chosen)) {
      double loss =
          measured.evaluate(
              streams
                  ? TokenBatches.streams(
                      tokens, fact(trained, BATCH, RunSettings.CHAR_RNN.batch()), length)
                  : TokenBatches.following(tokens, length));
      spec.commandLine()
          .getOut()
          .println(
              String.format(
                  Locale.ROOT,
                  "loss %.4f  perplexity %.3f  %.3f bits  (%,d characters)",
                  loss,
                  Math.exp(loss),
                  loss / Math.log(2),
                  tokens.length - 1));
    }
  }

  /** A size that train has left in the metadata. */
  private static int fact(GruModel model, String name, int otherwise) {
    String said = model.metadata().get(name);
    return said != null && said.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(said) : otherwise;
  }
}
