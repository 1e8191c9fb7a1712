package org.tornadogru.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.SeriesConfig;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.train.TrainingOptions;
import org.tornadogru.train.TrainingResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a model on a text, shows how it learns, and lets it write; or on a table, with --series, and says what it is worth. The model, its measurements and its pictures are kept in --out.")
final class TrainCommand implements Runnable {

  @Mixin private DeviceOption device = new DeviceOption();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What the model continues at the end; default: \"" + TextLearner.PROMPT + "\".")
  private String prompt;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the model and the rest are written; default: runs/<time>.")
  private Path directory;

  @Mixin private PresetOptions preset = new PresetOptions();

  @Mixin(name = "Text")
  private TextOptions text = new TextOptions();

  @Mixin(name = "Table")
  private SeriesOptions series = new SeriesOptions();

  @Mixin(name = "Model")
  ModelOptions model = new ModelOptions();

  @Mixin(name = "Training")
  OptimizationOptions optimization = new OptimizationOptions();

  @Mixin(name = "What is kept")
  private KeepingOptions keeping = new KeepingOptions();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    boolean goesOn = keeping.resume != null;
    if (goesOn && (series.file() != null || TableConfig.isIn(keeping.resume))) {
      SeriesOptions.requireGoingOn(spec);
      run(TableConfig.read(keeping.resume, series.file()));
      return;
    }
    series.requireFit(spec);
    if (series.file() == null) {
      trainOnText();
    } else {
      SeriesConfig config = series.config(model.hidden, optimization.epochs, optimization.seed);
      run(TableConfig.of(series.file(), config));
    }
  }

  private void run(TableConfig config) {
    SeriesRun run = new SeriesRun(config, device.chosen(), spec.commandLine());
    if (keeping.resume == null) {
      run.train(directory, keeping.overwrite);
    } else {
      run.resume(keeping.resume);
    }
  }

  private void trainOnText() {
    RunConfig before = keeping.resume == null ? null : RunConfig.read(keeping.resume);
    RunSettings settings = before == null ? preset.settings(text, spec) : goingOn(before);
    Device chosen = device.chosen();
    Corpus corpus = text.source.corpus(settings);
    RunConfig config = RunConfig.of(corpus, text.source.file(), settings);
    if (before != null && !before.sha256().equals(config.sha256())) {
      throw new InvalidInputException(
          "the run in %s learned from another text (%s): give that"
              .formatted(keeping.resume, before.text()));
    }
    Vocabulary vocabulary = TextOptions.vocabulary(settings.vocabulary(), corpus);
    int[] tokens = TextOptions.encoded(vocabulary, corpus);
    TextLearner learner = TextLearner.of(settings, vocabulary, tokens, chosen);
    TrainingOptions options =
        settings.training(
            learner.data().batches(),
            Objects.requireNonNullElse(keeping.checkpointEvery, settings.validateEvery()));
    if (prompt != null) {
      vocabulary.encodePrompt(prompt); // has to be usable, before and not after the training
    }
    String beginning = prompt == null ? TextLearner.beginning(vocabulary, corpus) : prompt;
    PrintWriter out = spec.commandLine().getOut();
    Path wanted = keeping.resume == null ? directory : keeping.resume;
    try (Interruption interruption = new Interruption();
        RunDirectory kept =
            RunDirectory.open(wanted, keeping.resume != null || keeping.overwrite)) {
      new RunDescription(learner, corpus, kept.path()).print(out);
      TrainingRun run = new TrainingRun(config, learner, options, kept, spec.commandLine());
      TrainingResult.End end = run.train(before != null, interruption);
      if (end != TrainingResult.End.STOPPED) {
        out.printf("sample      %s%n", learner.sample(run.weights(), beginning));
      }
    }
  }

  /**
   * The settings of a run that goes on: its own, but for a later end where that changes nothing.
   */
  private RunSettings goingOn(RunConfig before) {
    if (directory != null || preset.isGiven() || keeping.overwrite) {
      throw new InvalidInputException(
          "--resume goes on with the settings of its run: leave out --out, --preset, --scratch, --concise and --overwrite");
    }
    RunSettings settings = PresetOptions.given(before.settings(), text, spec);
    boolean mayGoFurther =
        settings.schedule() == RunSettings.ScheduleKind.CONSTANT
            || settings.schedule() == RunSettings.ScheduleKind.PLATEAU;
    List<String> differences =
        before.settings().differences(settings, mayGoFurther ? Set.of("--epochs") : Set.of());
    if (!differences.isEmpty()) {
      throw new InvalidInputException(
          "the run in %s began with other settings, and would not be what it is: %s"
              .formatted(keeping.resume, String.join("; ", differences)));
    }
    text.source.defaultTo(before.text(), before.file());
    return settings;
  }
}
