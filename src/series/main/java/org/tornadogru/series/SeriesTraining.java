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
 * weights, nor what inputs are made by. Of the rest a part says when to stop.
 */
public final class SeriesTraining {

  private static final Batches NONE = Batches.of(List.of());

  private static final float RATE = 3e-3f;
  private static final float DECAY = 0.01f;

  /** Rows that say when to stop, or how wide ranges are: more say the same. */
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
    Weights first = first(whole);
    if (lesson.epochs == 0) {
      return model(first, device);
    }
    try (SequenceModel model = model(whole, first, device)) {
      new Trainer(model, whole.windows::drawn, NONE, options(whole, lesson.epochs))
          .train(lesson.epochs, listener);
      return model(lesson.applied(model.weights()), device);
    }
  }

  /**
   * What is worth learning.
   *
   * @param epochs how long; 0 for nothing
   * @param untaught outputs that stay what they were at first: the baseline
   */
  private record Lesson(int epochs, Set<Integer> untaught) {

    Weights applied(Weights weights) {
      return Weights.of(
          weights.config(),
          weights.outputs(),
          weights.tensors().stream().map(this::applied).toList());
    }

    private Tensor applied(Tensor tensor) {
      if (untaught.isEmpty() || !tensor.name().startsWith("linear.")) {
        return tensor;
      }
      int row = tensor.size() / tensor.shape().getFirst();
      return Tensor.of(
          tensor.name(), tensor.shape(), at -> untaught.contains(at / row) ? 0 : tensor.at(at));
    }
  }

  /**
   * How many epochs are best for the rows that say when to stop. What they bring to a forecast, and
   * to the medians of a target, may be chance: then these stay the baseline.
   */
  private Lesson lesson(Device device, TrainingListener listener) {
    List<Windows.Run> rows = Windows.some(trial.windows.stopping(), LOOKED_AT);
    boolean ofNumbers = config.task().ofNumbers();
    if (rows.isEmpty()) {
      return new Lesson(ofNumbers ? 0 : config.epochs(), Set.of());
    }
    Batches stopping = trial.windows.batches(rows);
    try (SequenceModel model = model(trial, first(trial), device)) {
      listener.validated(new Validation(0, 0, model.evaluate(stopping), true));
      Evidence.Losses before = ofNumbers ? losses(model, rows) : null;
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
      return ofNumbers
          ? lesson(before, losses(result.weights(), rows, device), epochs)
          : new Lesson(epochs, Set.of());
    }
  }

  private Lesson lesson(Evidence.Losses before, Evidence.Losses after, int epochs) {
    if (!Evidence.isBetter(before.all(), after.all(), config.epochs())) {
      return new Lesson(0, Set.of());
    }
    int perTarget = trial.preparation.outputs() / before.medians().length;
    Set<Integer> untaught =
        IntStream.range(0, trial.preparation.outputs())
            .filter(Preparation::isMedian)
            .filter(
                output ->
                    !Evidence.isBetter(
                        before.medians()[output / perTarget],
                        after.medians()[output / perTarget],
                        config.epochs()))
            .boxed()
            .collect(Collectors.toSet());
    return new Lesson(epochs, untaught);
  }

  private Evidence.Losses losses(Weights weights, List<Windows.Run> rows, Device device) {
    try (SequenceModel model = model(trial, weights, device)) {
      return losses(model, rows);
    }
  }

  private Evidence.Losses losses(SequenceModel model, List<Windows.Run> rows) {
    return Evidence.losses(model, trial.preparation, data, trial.windows, rows);
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

  private SeriesModel model(Weights weights, Device device) {
    try (SequenceModel model = new SequenceModel(weights, head(whole.preparation), device)) {
      List<Windows.Run> rows = Windows.some(whole.windows.heldOut(), LOOKED_AT);
      Preparation preparation =
          config.task().ofNumbers()
              ? Calibration.of(whole.preparation, model, data, whole.windows, rows)
              : whole.preparation;
      return new SeriesModel(preparation, weights, device);
    }
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
