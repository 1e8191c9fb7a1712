package org.tornadogru.series;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;

/** A model of a table, which answers tables of the same columns. */
public final class SeriesModel implements AutoCloseable {

  private final Preparation preparation;
  private final Weights weights;
  private final SequenceModel model;
  private final Device device;

  SeriesModel(Preparation preparation, Weights weights, Device device) {
    this.preparation = preparation;
    this.weights = weights;
    this.device = device;
    model = new SequenceModel(weights, Learning.head(preparation), device);
  }

  Preparation preparation() {
    return preparation;
  }

  /** What it answers. */
  public SeriesConfig config() {
    return preparation.config();
  }

  /** Columns that a table to answer is read with as words: {@link Table#read(Path, Set)}. */
  public Set<String> words() {
    Set<String> words = new HashSet<>(config().words());
    preparation.inputs().stream()
        .filter(code -> !code.isNumber())
        .forEach(code -> words.add(code.column()));
    return words;
  }

  /**
   * What of a table is unlike what was learned from, in words: numbers far out of the range, words
   * that were never seen, values missing where none was, other steps of time, columns that are not
   * looked at. Empty if it is alike.
   *
   * @throws InvalidInputException if the table lacks a column, or has one of another kind
   */
  public List<String> notes(Table table) {
    return notes(table, Set.of());
  }

  /** The same of a table some of whose other columns are looked at all the same. */
  public List<String> notes(Table table, Set<String> lookedAt) {
    return Fit.notes(preparation, table, Objects.requireNonNull(lookedAt, "lookedAt"));
  }

  /** The columns that answers have ranges of, in their order; or the one of the label. */
  public List<String> targets() {
    return config().task().ofNumbers()
        ? preparation.targets().stream().map(target -> target.code().column()).toList()
        : config().task().targets();
  }

  /** Its weights, whose inputs and outputs are scaled. */
  public Weights weights() {
    return weights;
  }

  /** What it makes of a table. */
  Answers answers(SeriesData data, Windows windows) {
    return new Answers(model, preparation, data, windows, device);
  }

  private Answers answers(SeriesData data) {
    return answers(data, new Windows(preparation, data, Parts.allHeldOut(data.groups())));
  }

  /**
   * A forecast.
   *
   * @param sequence the name of the sequence, empty if there is one
   * @param target the column
   * @param ahead rows behind the last one of the table
   */
  public record Next(String sequence, String target, int ahead, Range range) {
    public Next {
      Objects.requireNonNull(sequence, "sequence");
      Objects.requireNonNull(target, "target");
      Objects.requireNonNull(range, "range");
    }
  }

  /** {@link #forecast(Table, int)} up to the horizon. */
  public List<Next> forecast(Table table) {
    return forecast(table, config().task().horizon());
  }

  /**
   * What comes behind the last row of each sequence, by sequence, target and rows ahead. Rows at
   * the end that have no value of a target are such as the forecast is of: they say what is known
   * ahead. What is not in the table stays as it is in the last row.
   *
   * @param ahead how many rows; more than the horizon by a recursive model alone
   * @throws InvalidInputException if the table lacks a column, or has one of another kind, or if
   *     this is no model of forecasts, or of none that are so far ahead
   */
  public List<Next> forecast(Table table, int ahead) {
    requireForecast(ahead);
    List<Next> all = new ArrayList<>();
    forecast(Fit.data(preparation, table), ahead, (group, place, next) -> all.addAll(next));
    return all;
  }

  /** Requires that it forecasts so many rows ahead. */
  void requireForecast(int ahead) {
    if (config().task().kind() != SeriesTask.Kind.FORECAST) {
      throw new InvalidInputException(
          "a model that %s makes no forecasts: let it answer rows"
              .formatted(config().task().words()));
    }
    if (ahead < 1) {
      throw new InvalidInputException("a forecast is of at least 1 row ahead, not " + ahead);
    }
    if (ahead > config().task().horizon() && config().multi() == SeriesConfig.Multi.DIRECT) {
      throw new InvalidInputException(
          "the model forecasts at most %d rows ahead, not %d: only one that was trained to be recursive goes on behind its horizon"
              .formatted(config().task().horizon(), ahead));
    }
  }

  /** Hears of the forecasts of a sequence. */
  interface ForecastListener {

    /**
     * Forecasts.
     *
     * @param place of the row that they are made at
     * @param next for each target and row ahead
     */
    void forecast(int group, int place, List<Next> next);
  }

  /** What comes behind each sequence, or behind its last row that has a value of a target. */
  void forecast(SeriesData data, int ahead, ForecastListener listener) {
    List<Windows.Run> runs = new ArrayList<>();
    for (int group = 0; group < data.groups().count(); group++) {
      runs.add(behind(data, group, endOfValues(data, group)));
    }
    forecast(data, runs, ahead, listener);
  }

  void forecast(SeriesData data, List<Windows.Run> runs, int ahead, ForecastListener listener) {
    answers(data)
        .ofAhead(
            runs,
            ahead,
            (group, place, slice, t, outputs) ->
                listener.forecast(
                    group, place, next(data.groups().keys().get(group), slice, t, outputs, ahead)));
  }

  /** The run whose answer is what comes behind some rows of a sequence. */
  Windows.Run behind(SeriesData data, int group, int end) {
    int from = Math.max(data.groups().start(group), end - config().window());
    return new Windows.Run(group, from, end - 1, end);
  }

  private int endOfValues(SeriesData data, int group) {
    List<Column> targets = targets().stream().map(data::numbers).toList();
    int last = data.groups().end(group) - 1;
    int start = data.groups().start(group);
    while (last > start && isMissing(targets, data.groups().row(last))) {
      last--;
    }
    return last + 1;
  }

  private static boolean isMissing(List<Column> targets, int row) {
    return targets.stream().allMatch(target -> target.isMissing(row));
  }

  List<Next> next(String sequence, Slice slice, int t, float[] outputs, int rows) {
    List<Next> next = new ArrayList<>();
    for (int target = 0; target < preparation.targets().size(); target++) {
      for (int ahead = 1; ahead <= rows; ahead++) {
        next.add(
            new Next(
                sequence,
                preparation.targets().get(target).code().column(),
                ahead,
                RangeDecoder.range(preparation, target, ahead, slice, t, outputs)));
      }
    }
    return next;
  }

  /**
   * The answer to a row: the forecast of it that the row before allows, its label, or nothing where
   * its sequence has no row before, or one label or value that stands at its last row.
   *
   * @param row of the table, counted from 0
   * @param ranges for each target; empty where labels are the answer
   * @param label null for a forecast
   * @param probabilities of all labels; empty for a forecast
   * @param score for alarms, how far the row lies outside of the ranges: of the number that is
   *     farthest, in halves of its range's width; 0 if all lie within
   * @param column for alarms, the one of that number; null if all lie within
   */
  public record Answer(
      int row,
      List<Range> ranges,
      String label,
      List<Double> probabilities,
      double score,
      String column) {
    public Answer {
      ranges = List.copyOf(Objects.requireNonNull(ranges, "ranges"));
      probabilities = List.copyOf(Objects.requireNonNull(probabilities, "probabilities"));
    }

    /** An answer that is no alarm. */
    public Answer(int row, List<Range> ranges, String label, List<Double> probabilities) {
      this(row, ranges, label, probabilities, 0, null);
    }
  }

  /** The score above which a row is an alarm: one in a hundred of the rows of training has more. */
  public double threshold() {
    return preparation.threshold();
  }

  /**
   * Answers the rows of a table, in the order of its sequences.
   *
   * @throws InvalidInputException if the table lacks a column, or has one of another kind
   */
  public void answer(Table table, Consumer<Answer> listener) {
    Objects.requireNonNull(listener, "listener");
    SeriesData data = Fit.data(preparation, table);
    Answers answers = answers(data);
    answers.of(
        answers.windows().all(),
        (group, place, slice, t, outputs) -> {
          if (!config().task().ofNumbers()) {
            listener.accept(labelled(data.groups().row(place), outputs));
          } else if (config().task().ofSequences() || place + 1 < data.groups().end(group)) {
            List<Range> ranges = new ArrayList<>();
            for (int target = 0; target < preparation.targets().size(); target++) {
              ranges.add(RangeDecoder.range(preparation, target, 1, slice, t, outputs));
            }
            int row = data.groups().row(preparation.truth(place, 1));
            Alarm alarm =
                config().task().kind() == SeriesTask.Kind.ALARM
                    ? Alarm.of(preparation, slice, t, outputs)
                    : Alarm.NONE;
            listener.accept(alarm.answer(preparation, row, ranges));
          }
        });
  }

  Answer labelled(int row, float[] scores) {
    int likeliest = Scoring.likeliest(scores);
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - scores[likeliest]);
    }
    List<Double> probabilities = new ArrayList<>();
    for (float score : scores) {
      probabilities.add(Math.exp(score - scores[likeliest]) / sum);
    }
    return new Answer(row, List.of(), preparation.labels().get(likeliest), probabilities);
  }

  /** The labels that it tells apart, in the order of their probabilities; empty for a forecast. */
  public List<String> labels() {
    return preparation.labels();
  }

  /**
   * How good it is on a table, all of whose rows are compared.
   *
   * @throws InvalidInputException if the table lacks a column, or has one of another kind
   */
  public Score evaluate(Table table) {
    SeriesData data = Fit.data(preparation, table);
    config().task().targets().forEach(table::column);
    return Scoring.of(this, data, Parts.allHeldOut(data.groups()));
  }

  /**
   * Which rows of a table are alarms.
   *
   * @param known the column that says which rows are anomalies, by a number other than 0, or a word
   *     other than {@code no}, {@code false} and {@code normal}; null if none does
   * @throws InvalidInputException if the table lacks a column, or has one of another kind, or if
   *     this is no model of alarms
   */
  public Alarms alarms(Table table, String known) {
    return Alarms.of(this, Objects.requireNonNull(table, "table"), known);
  }

  // ---- Files ----

  /**
   * Writes the model.
   *
   * @param path a {@code .safetensors} file, or a folder for {@code model.safetensors}
   * @param facts of the training, to be kept beside
   * @throws InvalidInputException if the file cannot be written
   */
  public void write(Path path, Map<String, String> facts) {
    Objects.requireNonNull(path, "path");
    ModelFormat.write(SeriesFile.model(this, facts), ModelFormat.file(path));
  }

  /**
   * Reads a model.
   *
   * @throws InvalidInputException if the file is no model, or not one of a table
   */
  public static SeriesModel read(Path path, Device device) {
    Objects.requireNonNull(device, "device");
    GruModel model = ModelFormat.read(Objects.requireNonNull(path, "path"));
    if (!SeriesFile.isSeries(model)) {
      throw new InvalidInputException(path + " is not a model of a table: train one with a table");
    }
    return new SeriesModel(SeriesFile.preparation(path, model), model.weights(), device);
  }

  @Override
  public void close() {
    model.close();
  }
}
