package org.tornadogru.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tornadogru.SequenceModel;
import org.tornadogru.formats.Checkpoint;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.Weights;
import org.tornadogru.report.MetricsFile;
import org.tornadogru.report.PerplexityChart;
import org.tornadogru.report.Pictures;
import org.tornadogru.report.Quantity;
import org.tornadogru.text.VocabularyKind;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingOptions;
import org.tornadogru.train.TrainingResult;
import org.tornadogru.train.TrainingState;
import picocli.CommandLine;

/** A run of {@code train}: learns, and keeps model, measurements, curve and checkpoint. */
final class TrainingRun {

  private static final double NANOS = 1e9;
  private static final int PICTURE_SECONDS = 10;

  private final RunConfig config;
  private final RunSettings settings;
  private final TextLearner learner;
  private final TrainingOptions options;
  private final RunDirectory directory;
  private final PrintWriter out;
  private final PrintWriter err;
  private Weights weights;

  /** When the curve was drawn last, or the run began, in nanoseconds. */
  private long drawn = System.nanoTime();

  TrainingRun(
      RunConfig config,
      TextLearner learner,
      TrainingOptions options,
      RunDirectory directory,
      CommandLine commandLine) {
    this.config = config;
    settings = config.settings();
    this.learner = learner;
    this.options = options;
    this.directory = directory;
    out = commandLine.getOut();
    err = commandLine.getErr();
  }

  /** What the run has come to. */
  Weights weights() {
    return weights;
  }

  /**
   * Trains, and says how it ended.
   *
   * @param goesOn whether there is a checkpoint to go on from
   * @return why it ended
   */
  TrainingResult.End train(boolean goesOn, Interruption interruption) {
    int symbols = learner.vocabulary().size();
    TrainingState state =
        goesOn ? Checkpoint.read(directory.checkpoint(), learner.config(), symbols).state() : null;
    MetricsFile metrics =
        goesOn
            ? MetricsFile.resumed(MetricsFile.Source.TEXT, directory.path(), state.epoch())
            : new MetricsFile(MetricsFile.Source.TEXT, directory.path());
    if (!goesOn) {
      directory.beginAnew();
    }
    config.write(directory.path());
    long start = System.nanoTime();
    try (SequenceModel model = learner.model()) {
      Trainer trainer = learner.trainer(model, options);
      interruption.stops(trainer::stop);
      TrainingResult result = train(trainer, state, metrics);
      weights = result.weights();
      print(result, metrics.epochs(), (System.nanoTime() - start) / NANOS);
      return result.end();
    }
  }

  private TrainingResult train(Trainer trainer, TrainingState state, MetricsFile metrics) {
    try (TrainingProgress progress =
        TrainingProgress.of(err, settings.epochs(), learner.data().batches(), state)) {
      TrainingListener listener = TrainingListener.all(metrics, new Keeper(metrics), progress);
      return state == null
          ? trainer.train(settings.epochs(), listener)
          : trainer.resume(state, settings.epochs(), listener);
    } finally {
      draw(metrics);
    }
  }

  private void draw(MetricsFile metrics) {
    if (!metrics.epochs().isEmpty()) {
      Pictures.attempt(
          PerplexityChart.PNG_FILE_NAME,
          () -> new PerplexityChart(title(), metrics.epochs()).save(directory.path()),
          warning -> err.println("tornado-gru: " + warning));
    }
    drawn = System.nanoTime();
  }

  /** Keeps model and checkpoint. */
  private final class Keeper implements TrainingListener {

    private final MetricsFile metrics;

    Keeper(MetricsFile metrics) {
      this.metrics = metrics;
    }

    /** A curve to look at while a long run learns. */
    @Override
    public void epochDone(EpochMetrics epoch, Weights now) {
      if (System.nanoTime() - drawn > PICTURE_SECONDS * NANOS) {
        draw(metrics);
      }
    }

    @Override
    public void checkpoint(TrainingState state) {
      Path file = directory.checkpoint();
      new Checkpoint(state, settings.words()).write(file);
      GruModel model = new GruModel(state.result(), learner.vocabulary(), facts(state));
      ModelFormat.write(model, directory.path());
    }

    private Map<String, String> facts(TrainingState state) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("corpus", config.text());
      facts.put(EvaluateCommand.WINDOWS, Word.of(settings.windows()));
      facts.put("initialization", Word.of(settings.init()));
      facts.put(EvaluateCommand.STEPS, Integer.toString(settings.steps()));
      facts.put(EvaluateCommand.BATCH, Integer.toString(settings.batch()));
      facts.put("optimizer", Word.of(settings.optimizer()));
      facts.put("learning_rate", Float.toString(settings.learningRate()));
      facts.put("clip", Float.toString(settings.clip()));
      facts.put("seed", Long.toString(settings.seed()));
      facts.put("epochs", Integer.toString(settings.epochs()));
      facts.put("updates", Long.toString(state.model().updates()));
      if (!metrics.epochs().isEmpty()) {
        EpochMetrics epoch = metrics.epochs().getLast();
        facts.put("epoch", Integer.toString(epoch.epoch()));
        facts.put("train_loss", Double.toString(epoch.trainLoss()));
        facts.put("validation_loss", Double.toString(epoch.validationLoss()));
      }
      return facts;
    }
  }

  private String title() {
    return "GRU, %s%d hidden units, reset %s, %d symbols: %s"
        .formatted(
            settings.layers() == 1 ? "" : settings.layers() + " × ",
            settings.hidden(),
            Word.of(settings.reset()),
            learner.vocabulary().size(),
            config.text());
  }

  private String bits(EpochMetrics epoch) {
    String unit = settings.vocabulary() == VocabularyKind.BYTES ? "byte" : "character";
    return String.format(
        Locale.ROOT, "; %.2f bits per %s", epoch.validationLoss() / Math.log(2), unit);
  }

  private void print(TrainingResult result, List<EpochMetrics> epochs, double seconds) {
    switch (result.end()) {
      case STOPPED -> out.printf("stopped     go on with: train --resume %s%n", directory.path());
      case NO_BETTER ->
          out.printf("stopped     %d validations without a better loss%n", options.patience());
      case DONE -> {}
    }
    if (!epochs.isEmpty()) {
      EpochMetrics last = epochs.getLast();
      out.println(
          String.format(
              Locale.ROOT,
              "perplexity  train %.2f, validation %.2f, after %d epochs%s",
              last.trainPerplexity(),
              last.validationPerplexity(),
              last.epoch(),
              settings.isD2l() ? "" : bits(last)));
    }
    out.printf(
        "time        %s; %s%n", Quantity.seconds(seconds), Quantity.transfers(result.transfers()));
    out.flush();
  }
}
