package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Schedule;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingOptions;
import org.tornadogru.train.TrainingResult;
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

  private static final float RATE = 3e-3f;
  private static final float DECAY = 0.01f;

  /** Rows that say when to stop, and how wide ranges are: more say the same. */
  private static final int LOOKED_AT = 100_000;

  /** Sequences shorter than so many horizons are held out as a whole. */
  private static final int LONG = 8;

  private final SeriesConfig config;
  private final SeriesData data;

  /** Of which a part says when to stop. */
  private final Learning trial;

  /** What is learned from in the end. */
  private final Learning whole;

  /** Rows to learn from, and what was found in them. */
  private record Learning(
      Parts parts, Preparation preparation, Windows windows, List<String> notes) {

    static Learning of(SeriesConfig config, SeriesData data, Parts parts, boolean byGroup) {
      Fitting fitting = new Fitting(config, data, parts);
      Preparation preparation = fitting.preparation(byGroup);
      return new Learning(
          parts, preparation, new Windows(preparation, data, parts), fitting.notes());
    }
  }

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
    if (trial.windows.examples() == 0) {
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
    List<String> notes = new ArrayList<>(whole.notes);
    if (data.groups().reordered()) {
      notes.add(
          "rows were not in the order of '%s': they were sorted".formatted(data.time().name()));
    }
    if (whole.windows.heldOut().isEmpty()) {
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
    whole.preparation.targets().forEach(target -> targets.add(target.code().column()));
    String role =
        column.name().equals(config.by())
            ? "sequences"
            : column.equals(data.time())
                ? "time"
                : targets.contains(column.name())
                    ? config.task().ofRowsAhead() ? "to forecast" : "answer"
                    : config.known().contains(column.name())
                        ? "known ahead"
                        : whole.preparation.inputs().stream()
                                .anyMatch(input -> input.column().equals(column.name()))
                            ? "input"
                            : "left out";
    return "%s: %s, %s".formatted(column.name(), kind, role);
  }

  /** Learns without a word. */
  public SeriesModel train(Device device) {
    return train(device, new TrainingListener() {});
  }

  /**
   * Learns: first from a part, to see how many epochs are best, then from all for as many.
   *
   * @param listener hears of both, and at first of a validation before the first epoch: the loss of
   *     the baseline that a forecast begins as, or of labels that are guessed
   */
  public SeriesModel train(Device device, TrainingListener listener) {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(listener, "listener");
    Lesson lesson = lesson(device, listener);
    Weights weights = first(whole);
    if (lesson.epochs > 0) {
      try (SequenceModel model = model(whole, weights, device)) {
        new Trainer(model, whole.windows::drawn, NONE, options(whole, lesson.epochs))
            .train(lesson.epochs, listener);
        weights = lesson.applied(whole.preparation, model.weights());
      }
    }
    Calibration calibration =
        lesson.epochs == 0 ? calibration(weights, device) : lesson.calibration;
    return new SeriesModel(calibration.applied(whole.preparation), weights, device);
  }

  /**
   * What is worth learning.
   *
   * @param epochs how long; 0 for nothing
   * @param untaught targets whose medians stay what they were at first: the baseline
   * @param calibration of what was learned first, by rows that it was not learned from
   */
  private record Lesson(int epochs, Set<String> untaught, Calibration calibration) {

    Weights applied(Preparation preparation, Weights weights) {
      return Weights.of(
          weights.config(),
          weights.outputs(),
          weights.tensors().stream().map(tensor -> applied(preparation, tensor)).toList());
    }

    private Tensor applied(Preparation preparation, Tensor tensor) {
      if (untaught.isEmpty() || !tensor.name().startsWith("linear.")) {
        return tensor;
      }
      int outputs = tensor.shape().getFirst();
      int row = tensor.size() / outputs;
      int ofTarget = outputs / preparation.targets().size();
      return Tensor.of(
          tensor.name(),
          tensor.shape(),
          at -> {
            int output = at / row;
            TargetCode target = preparation.targets().get(output / ofTarget);
            return Preparation.isMedian(output) && untaught.contains(target.code().column())
                ? 0
                : tensor.at(at);
          });
    }
  }

  /**
   * How many epochs are best for the rows that say when to stop. What they bring to a forecast, and
   * to the medians of a target, may be chance: then these stay the baseline. The ranges of what is
   * learned are calibrated by the same rows, none of which is held out.
   */
  private Lesson lesson(Device device, TrainingListener listener) {
    List<Windows.Run> rows = Windows.some(trial.windows.stopping(), LOOKED_AT);
    boolean ofNumbers = config.task().ofNumbers();
    if (rows.isEmpty()) {
      return new Lesson(ofNumbers ? 0 : config.epochs(), Set.of(), Calibration.NONE);
    }
    Batches stopping = trial.windows.batches(rows);
    try (SequenceModel model = model(trial, first(trial), device)) {
      listener.validated(new Validation(0, 0, model.evaluate(stopping), true));
      Evidence.Losses before = ofNumbers ? Evidence.losses(answers(model, device), rows) : null;
      TrainingResult result =
          new Trainer(
                  model,
                  trial.windows::drawn,
                  stopping,
                  options(trial, config.epochs()).keepingBest())
              .train(config.epochs(), listener);
      int epochs =
          Collections.min(result.epochs(), Comparator.comparingDouble(EpochMetrics::validationLoss))
              .epoch();
      if (!ofNumbers) {
        return new Lesson(epochs, Set.of(), Calibration.NONE);
      }
      model.weights(result.weights());
      Lesson lesson = lesson(before, Evidence.losses(answers(model, device), rows), epochs);
      if (lesson.epochs == 0) {
        return lesson;
      }
      model.weights(lesson.applied(trial.preparation, result.weights()));
      return new Lesson(epochs, lesson.untaught, Calibration.of(answers(model, device), rows));
    }
  }

  private Lesson lesson(Evidence.Losses before, Evidence.Losses after, int epochs) {
    if (!Evidence.isBetter(before.all(), after.all(), config.epochs())) {
      return new Lesson(0, Set.of(), Calibration.NONE);
    }
    List<TargetCode> targets = trial.preparation.targets();
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

  /**
   * Of a baseline, which was chosen, not learned: by the last rows that it was chosen by, since
   * what it leaves over may be more than it once was.
   */
  private Calibration calibration(Weights weights, Device device) {
    if (!config.task().ofNumbers()) {
      return Calibration.NONE;
    }
    try (SequenceModel model = model(whole, weights, device)) {
      Windows windows = new Windows(whole.preparation, data, trial.parts);
      return Calibration.of(
          new Answers(model, whole.preparation, data, windows, device),
          Windows.some(windows.latest(), LOOKED_AT));
    }
  }

  private Answers answers(SequenceModel model, Device device) {
    return new Answers(model, trial.preparation, data, trial.windows, device);
  }

  private SequenceModel model(Learning learning, Weights weights, Device device) {
    Optimization adam = Optimization.of(Adam.decoupled(RATE, DECAY)).clip(Clipping.norm(1f));
    return new SequenceModel(weights, head(learning.preparation), adam, device);
  }

  private static TrainingOptions options(Learning learning, int epochs) {
    long perEpoch = learning.windows.updates();
    long warmUp = epochs == 1 ? perEpoch / 2 : perEpoch;
    return TrainingOptions.DEFAULT.withSchedule(new Schedule.Cosine(perEpoch * epochs, warmUp, 0));
  }

  static Head head(Preparation preparation) {
    int outputs = preparation.outputs();
    return switch (preparation.config().task().kind()) {
      case FORECAST, ALARM -> Head.predictEachStep(outputs).withLoss(loss(preparation));
      case VALUE -> Head.predictLast(outputs).withLoss(loss(preparation));
      case CLASSIFY -> Head.classifyLast(outputs);
      case TAG -> Head.classifyEachStep(outputs);
    };
  }

  private static Loss loss(Preparation preparation) {
    float[] levels = new float[preparation.outputs()];
    for (int output = 0; output < levels.length; output++) {
      levels[output] = preparation.level(output);
    }
    return Loss.quantiles(levels);
  }

  /**
   * The first weights: a forecast begins as the baseline, with the range of what it leaves over.
   */
  private Weights first(Learning learning) {
    Preparation preparation = learning.preparation;
    Head head = head(preparation);
    GruConfig gru = GruConfig.builder(preparation.inputSize(), config.hiddenSize()).build();
    Weights drawn = Weights.initial(gru, head.outputs(), Initialization.UNIFORM, config.seed());
    if (!config.task().ofNumbers()) {
      return drawn;
    }
    float[] ends = Spread.of(preparation, data, learning.parts);
    return Weights.of(
        gru,
        head.outputs(),
        drawn.tensors().stream()
            .map(
                tensor ->
                    switch (tensor.name()) {
                      case "linear.weight" -> Tensor.of(tensor.name(), tensor.shape(), at -> 0);
                      case "linear.bias" ->
                          Tensor.of(tensor.name(), tensor.shape(), at -> ends[at]);
                      default -> tensor;
                    })
            .toList());
  }

  /** What the model was not learned from: to be measured by. */
  public Score score(SeriesModel model) {
    return Scoring.of(Objects.requireNonNull(model, "model"), data, whole.parts);
  }

  /** Forecasts of the first target's last rows that it was not learned from: to be seen. */
  public Hindcast hindcast(SeriesModel model) {
    return Hindcast.of(model, data, whole.parts);
  }

  @Override
  public String toString() {
    return "%s, %,d rows, %,d sequence%s, held out %s"
        .formatted(
            data.table().name(),
            data.table().rows(),
            data.groups().count(),
            data.groups().count() == 1 ? "" : "s",
            whole.preparation.heldOutGroups() ? "sequences" : "the last rows of each");
  }
}
