package org.tornadogru.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a model on a text, shows how it learns, and lets it write; or on a table, with --series, and says what it is worth. The model, its measurements and its pictures are kept in --out.")
final class TrainCommand implements Runnable {

  private static final String DEFAULT_PROMPT = "it has";

  @Mixin private DeviceOption device = new DeviceOption();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What the model continues at the end; default: \"" + DEFAULT_PROMPT + "\".")
  private String prompt;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the model and the rest are written; default: runs/<time>.")
  private Path directory;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      converter = Word.PresetWord.class,
      completionCandidates = Word.PresetWord.class,
      description =
          "d2l: what --concise says; char-rnn: two layers of 256 learn a whole text (default with --text).")
  private RunSettings.Preset preset;

  @Option(
      names = "--scratch",
      description = "d2l from scratch: its preset with --reset before --init normal.")
  private boolean scratch;

  @Option(
      names = "--concise",
      description =
          "d2l concise, as PyTorch: its preset with --reset after --init uniform (default without --text).")
  private boolean concise;

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
    RunSettings settings = before == null ? given(preset()) : goingOn(before);
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
    String beginning = beginning(vocabulary, corpus);
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

  private RunSettings preset() {
    boolean d2l = scratch || concise;
    if (scratch && concise) {
      throw new InvalidInputException(
          "--scratch and --concise exclude each other: give one of them");
    }
    if (d2l && preset == RunSettings.Preset.CHAR_RNN) {
      throw new InvalidInputException(
          "--scratch and --concise are of the preset d2l: leave out --preset char-rnn");
    }
    boolean book = text.source.file() != null && !d2l && preset == null;
    if (book || preset == RunSettings.Preset.CHAR_RNN) {
      return RunSettings.CHAR_RNN;
    }
    return scratch
        ? RunSettings.D2L.with(Map.of("--reset", "before", "--init", "normal"))
        : RunSettings.D2L;
  }

  /** Settings with the options that were given in their place. */
  private RunSettings given(RunSettings settings) {
    Map<String, String> options = new LinkedHashMap<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      Object value = option.getValue();
      if (settings.words().containsKey(option.longestName())) {
        options.put(
            option.longestName(), value instanceof Enum<?> word ? Word.of(word) : value.toString());
      }
    }
    if (text.stream) {
      String streams = Word.of(TextOptions.WindowSplit.STREAMS);
      if (!options.getOrDefault("--windows", streams).equals(streams)) {
        throw new InvalidInputException(
            "--stream and --windows %s exclude each other: give one of them"
                .formatted(options.get("--windows")));
      }
      options.put("--windows", streams);
    }
    return settings.with(options);
  }

  /**
   * The settings of a run that goes on: its own, but for a later end where that changes nothing.
   */
  private RunSettings goingOn(RunConfig before) {
    if (directory != null || scratch || concise || preset != null || keeping.overwrite) {
      throw new InvalidInputException(
          "--resume goes on with the settings of its run: leave out --out, --preset, --scratch, --concise and --overwrite");
    }
    RunSettings settings = given(before.settings());
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

  /** A prompt that was given must be usable; the default one gives way to the text's beginning. */
  private String beginning(Vocabulary vocabulary, Corpus corpus) {
    if (prompt != null) {
      vocabulary.encodePrompt(prompt);
      return prompt;
    }
    try {
      vocabulary.encodePrompt(DEFAULT_PROMPT);
      return DEFAULT_PROMPT;
    } catch (InvalidInputException e) {
      int[] characters = corpus.text().codePoints().limit(DEFAULT_PROMPT.length()).toArray();
      return new String(characters, 0, characters.length);
    }
  }
}
