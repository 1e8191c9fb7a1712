package org.tornadogru.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.device.Transfers;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.Weights;
import org.tornadogru.report.MetricsFile;
import org.tornadogru.report.PerplexityChart;
import org.tornadogru.report.Pictures;
import org.tornadogru.report.Quantity;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Sampling;
import org.tornadogru.text.TextGenerator;
import org.tornadogru.text.TokenWindows;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingConfig;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingResult;
import picocli.CommandLine.ArgGroup;
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
        "Trains a model on a text, shows how it learns, and lets it write. The model, its measurements and its curve are kept in --out.")
final class TrainCommand implements Runnable {

  private static final String DEFAULT_PROMPT = "it has";
  private static final int SAMPLE_LENGTH = 50;
  private static final double NANOS = 1e9;

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

  @ArgGroup(validate = false, heading = "%nText:%n")
  private TextOptions text = new TextOptions();

  @ArgGroup(validate = false, heading = "%nModel and training:%n")
  private ModelOptions model = new ModelOptions();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    TrainingConfig config = model.config();
    Device chosen = device.chosen();
    Corpus corpus = text.corpus();
    Vocabulary vocabulary = text.vocabulary(corpus);
    TokenWindows windows = text.windows(vocabulary.encode(corpus.text()), config.shape().steps());
    String beginning = beginning(vocabulary, corpus);
    PrintWriter out = spec.commandLine().getOut();
    SequenceModel trained = config.languageModel(vocabulary.size(), chosen);
    try (RunDirectory kept = RunDirectory.open(directory)) {
      printConfiguration(out, config, corpus, vocabulary, windows, chosen, kept.path());
      long start = System.nanoTime();
      TrainingResult result = train(trained, config, corpus, vocabulary, windows, kept.path());
      double seconds = (System.nanoTime() - start) / NANOS;
      printResult(out, result, seconds);
      try (TextGenerator generator = new TextGenerator(result.weights(), vocabulary, chosen)) {
        String continuation = generator.generate(beginning, SAMPLE_LENGTH, Sampling.greedy());
        out.printf(
            "sample      %s%s%n",
            vocabulary.decode(vocabulary.encodePrompt(beginning)), continuation);
      }
    }
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

  private TrainingResult train(
      SequenceModel trained,
      TrainingConfig config,
      Corpus corpus,
      Vocabulary vocabulary,
      TokenWindows windows,
      Path directory) {
    List<EpochMetrics> epochs = new ArrayList<>();
    TrainingListener checkpoints =
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics epoch, Weights weights) {
            epochs.add(epoch);
            ModelFormat.write(
                new GruModel(weights, vocabulary, facts(config, corpus, epoch)), directory);
          }
        };
    int rows = windows.rows(config.shape().batch());
    Trainer trainer =
        new Trainer(
            trained,
            epoch -> windows.training(rows, config.seed(), epoch),
            windows.validation(rows));
    int batches = Math.ceilDiv(windows.trainCount(), rows);
    try (trained;
        TrainingProgress progress =
            TrainingProgress.of(spec.commandLine().getErr(), config.epochs(), batches)) {
      return trainer.train(
          config.epochs(), TrainingListener.all(checkpoints, new MetricsFile(directory), progress));
    } finally {
      if (!epochs.isEmpty()) {
        Pictures.attempt(
            PerplexityChart.PNG_FILE_NAME,
            () -> new PerplexityChart(title(config, corpus, vocabulary), epochs).save(directory),
            warning -> spec.commandLine().getErr().println("tornado-gru: " + warning));
      }
    }
  }

  private Map<String, String> facts(TrainingConfig config, Corpus corpus, EpochMetrics epoch) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("corpus", corpus.name());
    facts.put("windows", Word.of(text.split()));
    facts.put("initialization", Word.of(config.initialization()));
    facts.put(EvaluateCommand.STEPS, Integer.toString(config.shape().steps()));
    facts.put("batch", Integer.toString(config.shape().batch()));
    facts.put("learning_rate", Float.toString(config.optimization().optimizer().learningRate()));
    facts.put("clip", Float.toString(config.optimization().clipping().limit()));
    facts.put("seed", Long.toString(config.seed()));
    facts.put("epochs", Integer.toString(config.epochs()));
    facts.put("epoch", Integer.toString(epoch.epoch()));
    facts.put("train_loss", Double.toString(epoch.trainLoss()));
    facts.put("validation_loss", Double.toString(epoch.validationLoss()));
    return facts;
  }

  private static String title(TrainingConfig config, Corpus corpus, Vocabulary vocabulary) {
    return "GRU, %d hidden units, reset %s, %d symbols: %s"
        .formatted(config.hiddenSize(), Word.of(config.reset()), vocabulary.size(), corpus.name());
  }

  private void printConfiguration(
      PrintWriter out,
      TrainingConfig config,
      Corpus corpus,
      Vocabulary vocabulary,
      TokenWindows windows,
      Device chosen,
      Path directory) {
    GruConfig gru = config.model(vocabulary.size());
    out.println(
        String.format(
            Locale.ROOT,
            "text        %s, %,d characters; %s vocabulary, %d symbols; %s windows: %,d train, %,d validate",
            corpus.name(),
            corpus.text().length(),
            Word.of(vocabulary.kind()),
            vocabulary.size(),
            Word.of(text.split()),
            windows.trainCount(),
            windows.validationCount()));
    out.println(
        String.format(
            Locale.ROOT,
            "model       GRU, %d hidden units, reset %s the product; %,d weights, %s",
            gru.hiddenSize(),
            Word.of(gru.reset()),
            Parameter.count(gru, gru.inputSize()),
            Word.of(config.initialization())));
    out.println(
        String.format(
            Locale.ROOT,
            "training    %d epochs, batches of %,d × %d characters; SGD, learning rate %s, clip %s; seed %d",
            config.epochs(),
            config.shape().batch(),
            config.shape().steps(),
            number(config.optimization().optimizer().learningRate()),
            number(config.optimization().clipping().limit()),
            config.seed()));
    out.printf("device      %s: %s%n", chosen.id(), chosen.description());
    out.printf("kernels     %s; --kernels chooses others%n", Word.of(chosen.kernels()));
    out.printf("output      %s%n", directory);
    out.flush();
  }

  private static String number(float value) {
    return value == (int) value ? Integer.toString((int) value) : Float.toString(value);
  }

  private static void printResult(PrintWriter out, TrainingResult result, double seconds) {
    EpochMetrics last = result.last();
    Transfers transfers = result.transfers();
    out.println(
        String.format(
            Locale.ROOT,
            "perplexity  train %.2f, validation %.2f, after %d epochs",
            last.trainPerplexity(),
            last.validationPerplexity(),
            last.epoch()));
    out.printf("time        %s; %s%n", Quantity.seconds(seconds), Quantity.transfers(transfers));
  }
}
