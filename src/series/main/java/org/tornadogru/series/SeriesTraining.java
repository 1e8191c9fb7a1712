package org.tornadogru.series;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.formats.Checkpoint;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingOptions;
import org.tornadogru.train.TrainingResult;
import org.tornadogru.train.TrainingState;
import org.tornadogru.train.Validation;

/**
 * Learns a model of a table.
 *
 * <pre>{@code
 * Table table = Table.read(Path.of("sunspots.csv"));
 * SeriesConfig config = SeriesConfig.builder(SeriesTask.forecast(12, "sunspots")).build();
 * SeriesModel model = SeriesTraining.of(table, config).train(Device.fastest());
 * }</pre>
 *
 * <p>The last rows of each sequence, or whole sequences, are held out: they do not reach the
 * weights, nor what inputs are made by, nor how wide ranges are. Of the rest a part says when to
 * stop and whether anything was learned; by it, too, ranges are calibrated, with a model that did
 * not learn from it. The model that is kept then learns from all of the rest, for as long.
 */
public final class SeriesTraining {

  private static final Batches NONE = Batches.of(List.of());

  /** Sequences shorter than so many horizons are held out as a whole. */
  private static final int LONG = 8;

  private final SeriesConfig config;
  private final SeriesData data;

  /** Of which a part says when to stop. */
  private final Learning trial;

  /** What is learned from in the end. */
  private final Learning whole;

  private volatile boolean stopped;

  /** What is to be stopped; null before it begins. */
  private volatile Trainer current;

  private SeriesTraining(Table table, SeriesConfig config) {
    this.config = config;
    data = SeriesData.of(table, config);
    boolean byGroup = holdsOutGroups();
    Parts parts =
        byGroup
            ? Parts.ofGroups(data.groups(), config.heldOut(), config.seed())
            : Parts.ofTime(data.groups(), config.heldOut());
    trial = Learning.of(config, data, parts, byGroup);
    whole = Learning.of(config, data, parts.learningAll(), byGroup);
    if (trial.windows().examples() == 0) {
      throw new InvalidInputException(
          "%s: no sequence has more than %d rows to learn from: choose a shorter horizon, or more rows"
              .formatted(table.name(), config.task().horizon()));
    }
  }

  /**
   * A training.
   *
   * @throws InvalidInputException if the table lacks a column, or has nothing to learn from
   */
  public static SeriesTraining of(Table table, SeriesConfig config) {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(config, "config");
    return new SeriesTraining(table, config);
  }

  private boolean holdsOutGroups() {
    return switch (config.split()) {
      case TIME -> false;
      case GROUPS -> true;
      case AUTO ->
          config.task().ofSequences()
              || (data.groups().count() >= LONG
                  && data.groups().medianLength() < LONG * (1 + config.task().horizon()));
    };
  }

  /** What a user should know of the table, in words. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(whole.notes());
    if (data.groups().reordered()) {
      notes.add(
          "rows were not in the order of '%s': they were sorted".formatted(data.time().name()));
    }
    if (whole.windows().heldOut().isEmpty()) {
      notes.add("too few rows to hold any out: how good the model is cannot be measured");
    }
    return notes;
  }

  /** What each column was taken for, in words. */
  public List<String> columns() {
    return data.table().columns().stream().map(this::describe).toList();
  }

  private String describe(Column column) {
    String kind =
        switch (column.kind()) {
          case NUMBER -> "numbers";
          case TIME -> "points in time";
          case WORD -> "%,d words".formatted(column.words().size());
        };
    Set<String> targets = new HashSet<>(config.task().targets());
    whole.preparation().targets().forEach(target -> targets.add(target.code().column()));
    String role =
        column.name().equals(config.by())
            ? "sequences"
            : column.equals(data.time())
                ? "time"
                : targets.contains(column.name())
                    ? config.task().ofRowsAhead() ? "to forecast" : "answer"
                    : config.known().contains(column.name())
                        ? "known ahead"
                        : whole.preparation().inputs().stream()
                                .anyMatch(input -> input.column().equals(column.name()))
                            ? "input"
                            : "left out";
    return "%s: %s, %s".formatted(column.name(), kind, role);
  }

  /** Learns without a word. */
  public SeriesModel train(Device device) {
    return train(device, new SeriesListener() {})
        .orElseThrow(() -> new IllegalStateException("the training was stopped"));
  }

  /**
   * Learns: first from a part, to see how many epochs are best, then from all for as many.
   *
   * @param listener hears of both, and at first of a validation before the first epoch: the loss of
   *     the baseline that a forecast begins as, or of labels that are guessed
   * @return the model; empty if the training was {@linkplain #stop stopped}
   */
  public Optional<SeriesModel> train(Device device, SeriesListener listener) {
    return train(null, device, listener);
  }

  /**
   * Goes on with a training of the same table and configuration. On the plain JVM it ends with the
   * same bits.
   *
   * @param from what {@link #checkpoint} read
   */
  public Optional<SeriesModel> resume(Checkpoint from, Device device, SeriesListener listener) {
    return train(Objects.requireNonNull(from, "from"), device, listener);
  }

  /** Ends the training after the update that it is at: from another thread, or a listener. */
  public void stop() {
    stopped = true;
    Trainer trainer = current;
    if (trainer != null) {
      trainer.stop();
    }
  }

  /**
   * Reads where the training was.
   *
   * @throws InvalidInputException if there is no such file, or it is of another table
   */
  public Checkpoint checkpoint(Path file) {
    Learning learning = Lesson.isIn(Checkpoint.settings(file)) ? whole : trial;
    return Checkpoint.read(file, learning.gru(), learning.preparation().outputs());
  }

  /** The epoch that a training goes on with, counted as its listener hears of it. */
  public int epoch(Checkpoint from) {
    return from.state().epoch() + (Lesson.isIn(from.settings()) ? epochsOfTrial() : 0);
  }

  private int epochsOfTrial() {
    return trial.stopping().isEmpty() ? 0 : config.epochs();
  }

  private Optional<SeriesModel> train(Checkpoint from, Device device, SeriesListener listener) {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(listener, "listener");
    TrainingState state = from == null ? null : from.state();
    if (from != null && Lesson.isIn(from.settings())) {
      try (SequenceModel model = trial.trained(trial.first(), device)) {
        tellBaseline(model, listener);
      }
      return learned(Lesson.of(from.settings()), state, device, listener);
    }
    return lesson(state, device, listener)
        .flatMap(lesson -> learned(lesson, null, device, listener));
  }

  private void tellBaseline(SequenceModel model, SeriesListener listener) {
    List<Windows.Run> rows = trial.stopping();
    if (!rows.isEmpty()) {
      double loss = model.evaluate(trial.windows().batches(rows));
      listener.validated(new Validation(0, 0, loss, true));
    }
  }

  /** The second pass. */
  private Optional<SeriesModel> learned(
      Lesson lesson, TrainingState from, Device device, SeriesListener listener) {
    if (lesson.epochs() == 0) {
      return Optional.of(whole.baseline(trial.parts(), device));
    }
    try (SequenceModel model = whole.trained(whole.first(), device)) {
      Trainer trainer =
          new Trainer(model, whole.windows()::drawn, NONE, whole.options(lesson.epochs()));
      Pass pass = new Pass(listener, epochsOfTrial(), lesson.words(), from);
      TrainingResult result = learn(trainer, from, lesson.epochs(), pass);
      Weights weights = lesson.applied(whole.preparation(), result.weights());
      SeriesModel finished = whole.model(weights, lesson.calibration(), device);
      if (result.end() == TrainingResult.End.DONE) {
        return Optional.of(finished);
      }
      try (finished) {
        if (epochsOfTrial() == 0) {
          listener.better(finished);
        }
      }
      return Optional.empty();
    }
  }

  private TrainingResult learn(Trainer trainer, TrainingState from, int epochs, Pass pass) {
    current = trainer;
    if (stopped) {
      trainer.stop();
    }
    return from == null ? trainer.train(epochs, pass) : trainer.resume(from, epochs, pass);
  }

  /**
   * The first pass: how many epochs are best for the rows that say when to stop. What they bring to
   * a forecast, and to the medians of a target, may be chance: then these stay the baseline. The
   * ranges of what is learned are calibrated by the same rows, none of which is held out.
   *
   * @return empty if it was stopped
   */
  private Optional<Lesson> lesson(TrainingState from, Device device, SeriesListener listener) {
    List<Windows.Run> rows = trial.stopping();
    boolean ofNumbers = config.task().ofNumbers();
    if (rows.isEmpty()) {
      return Optional.of(new Lesson(ofNumbers ? 0 : config.epochs()));
    }
    Batches stopping = trial.windows().batches(rows);
    try (SequenceModel model = trial.trained(trial.first(), device)) {
      Answers answers = trial.answers(model, device);
      tellBaseline(model, listener);
      Evidence.Losses before = ofNumbers ? Evidence.losses(answers, rows) : null;
      TrainingOptions options = trial.options(config.epochs()).keepingBest();
      Trainer trainer = new Trainer(model, trial.windows()::drawn, stopping, options);
      Pass pass = new Pass(listener, 0, Map.of(), from);
      TrainingResult result = learn(trainer, from, config.epochs(), pass);
      Lesson lesson = new Lesson(pass.best());
      Weights best = result.weights();
      if (ofNumbers) {
        model.weights(best);
        lesson = lesson(before, Evidence.losses(answers, rows), pass.best());
      }
      if (ofNumbers && lesson.epochs() > 0) {
        best = lesson.applied(trial.preparation(), best);
        model.weights(best);
        lesson = lesson.with(Calibration.of(answers, rows));
      }
      boolean stops = result.end() == TrainingResult.End.STOPPED;
      if (stops || lesson.epochs() > 0) {
        try (SeriesModel better =
            lesson.epochs() == 0
                ? trial.baseline(trial.parts(), device)
                : trial.model(best, lesson.calibration(), device)) {
          listener.better(better);
        }
      }
      return stops ? Optional.empty() : Optional.of(lesson);
    }
  }

  private Lesson lesson(Evidence.Losses before, Evidence.Losses after, int epochs) {
    if (!Evidence.isBetter(before.all(), after.all(), config.epochs())) {
      return new Lesson(0);
    }
    List<TargetCode> targets = trial.preparation().targets();
    Set<String> untaught =
        IntStream.range(0, targets.size())
            .filter(
                target ->
                    !Evidence.isBetter(
                        before.medians()[target], after.medians()[target], config.epochs()))
            .mapToObj(target -> targets.get(target).code().column())
            .collect(Collectors.toSet());
    return new Lesson(epochs, untaught, Calibration.NONE);
  }

  /** What the model was not learned from: to be measured by. */
  public Score score(SeriesModel model) {
    return Scoring.of(Objects.requireNonNull(model, "model"), data, whole.parts());
  }

  /** Forecasts of the first target's last rows that it was not learned from: to be seen. */
  public Hindcast hindcast(SeriesModel model) {
    return Hindcast.of(model, data, whole.parts());
  }

  @Override
  public String toString() {
    return "%s, %,d rows, %,d sequence%s, held out %s"
        .formatted(
            data.table().name(),
            data.table().rows(),
            data.groups().count(),
            data.groups().count() == 1 ? "" : "s",
            whole.preparation().heldOutGroups() ? "sequences" : "the last rows of each");
  }
}
