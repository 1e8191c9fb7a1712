package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tornadogru.nn.InvalidInputException;

/** Finds a {@link Preparation} in the rows that are learned from, and in no others. */
final class Fitting {

  /** Rows that are looked at: a mean of more is the same. */
  private static final int LOOKED_AT = 200_000;

  /** Words of a column that become inputs each; more are names, not categories. */
  private static final int MOST_WORDS = 100;

  /** Rows of the means that may be the baseline. */
  private static final int[] BASELINES = {3, 7, 30};

  private final SeriesConfig config;
  private final SeriesData data;
  private final Parts parts;
  private final Clock clock;
  private final List<String> notes = new ArrayList<>();

  Fitting(SeriesConfig config, SeriesData data, Parts parts) {
    this.config = config;
    this.data = data;
    this.parts = parts;
    clock = Clock.of(data.groups(), data.time());
  }

  /** What a user should know of the table, in words. */
  List<String> notes() {
    return notes;
  }

  Preparation preparation(boolean heldOutGroups) {
    List<ColumnCode> inputs = inputs();
    List<TargetCode> targets = new ArrayList<>();
    List<String> labels = List.of();
    if (config.task().ofNumbers()) {
      for (String target : targets()) {
        Column column = data.numbers(target);
        if (Arrays.stream(sample(column)).allMatch(Double::isNaN)) {
          throw new InvalidInputException(
              "%s: column '%s' has no value in the rows to learn from: there is nothing to forecast"
                  .formatted(data.table().name(), target));
        }
        ColumnCode code = numberCode(column);
        targets.add(config.task().ofSequences() ? valueTarget(code, column) : target(code));
      }
    } else {
      labels = labels(config.task().targets().getFirst());
    }
    long gaps = clock.gaps(data.groups(), data.time());
    if (gaps > 0) {
      notes.add(
          "%,d rows do not follow one step after the row before: rows are taken as steps"
              .formatted(gaps));
    }
    return new Preparation(config, clock, inputs, targets, labels, 0, heldOutGroups);
  }

  /** Columns to forecast: for alarms all numbers that there are. */
  private List<String> targets() {
    if (config.task().kind() != SeriesTask.Kind.ALARM) {
      return config.task().targets();
    }
    List<String> numbers =
        data.table().columns().stream()
            .filter(column -> column.kind() == Column.Kind.NUMBER && !column.equals(data.time()))
            .filter(column -> !Arrays.stream(sample(column)).allMatch(Double::isNaN))
            .map(Column::name)
            .toList();
    if (numbers.isEmpty()) {
      throw new InvalidInputException(
          "%s has no column of numbers to watch".formatted(data.table().name()));
    }
    return numbers;
  }

  private List<String> labels(String column) {
    List<String> labels = data.words(column, parts).stream().sorted().toList();
    if (labels.size() < 2) {
      throw new InvalidInputException(
          "%s: column '%s' has %d label in the rows to learn from: there is nothing to tell apart"
              .formatted(data.table().name(), column, labels.size()));
    }
    List<String> never = new ArrayList<>(data.table().column(column).words());
    never.removeAll(new HashSet<>(labels));
    if (!never.isEmpty()) {
      notes.add(
          "%d labels, like '%s', occur only in rows that are not learned from: the answer to these is always wrong"
              .formatted(never.size(), never.getFirst()));
    }
    if (config.task().kind() == SeriesTask.Kind.CLASSIFY) {
      requireOneEach(data.table().column(column));
    }
    return labels;
  }

  private void requireOneEach(Column label) {
    Groups groups = data.groups();
    for (int group = 0; group < groups.count(); group++) {
      int first = groups.row(groups.start(group));
      for (int place = groups.start(group); place < groups.end(group); place++) {
        String word = label.word(groups.row(place));
        if (!Objects.equals(word, label.word(first))) {
          throw new InvalidInputException(
              "%s: sequence '%s' has the labels '%s' and '%s': each has one, or each row is labelled"
                  .formatted(
                      data.table().name(), groups.keys().get(group), label.word(first), word));
        }
      }
    }
  }

  private List<ColumnCode> inputs() {
    for (String known : config.known()) {
      data.table().column(known);
    }
    List<ColumnCode> inputs = new ArrayList<>();
    for (Column column : data.table().columns()) {
      boolean target = isTarget(column);
      boolean input =
          !column.name().equals(config.by())
              && !column.equals(data.time())
              && column.kind() != Column.Kind.TIME
              && (config.task().ofRowsAhead() || !target);
      if (input && column.kind() == Column.Kind.NUMBER) {
        inputs.add(numberCode(column));
      } else if (input) {
        List<String> words = data.words(column.name(), parts);
        if (words.size() <= MOST_WORDS) {
          inputs.add(ColumnCode.ofWords(column.name(), words));
        } else {
          notes.add(
              "column '%s' is left out: its %,d words are too many to be categories"
                  .formatted(column.name(), words.size()));
        }
      }
    }
    if (inputs.isEmpty()) {
      throw new InvalidInputException(
          "%s has no column to learn from beside the time, the answer and the names of sequences"
              .formatted(data.table().name()));
    }
    return inputs;
  }

  private ColumnCode numberCode(Column column) {
    double[] all = sample(column);
    double[] numbers = Arrays.stream(all).filter(x -> !Double.isNaN(x)).toArray();
    if (config.scaling() == SeriesConfig.Scaling.LOG
        && Arrays.stream(numbers).anyMatch(x -> x <= 0)) {
      throw new InvalidInputException(
          "%s: column '%s' has numbers of 0 or less, which have no logarithm: choose another scaling"
              .formatted(data.table().name(), column.name()));
    }
    boolean flagged = numbers.length < all.length;
    boolean answer = config.task().ofSequences() && isTarget(column);
    if (flagged && answer) {
      notes.add(
          "column '%s': %,d of %,d sequences have no value in their last row: nothing is learned from them"
              .formatted(column.name(), all.length - numbers.length, all.length));
    } else if (flagged) {
      notes.add(
          "column '%s': %,d of %,d values are missing; the last one before stands for each"
              .formatted(column.name(), all.length - numbers.length, all.length));
    }
    Scale scale = Scale.of(config.scaling(), numbers);
    double least = Arrays.stream(numbers).min().orElse(0);
    double most = Arrays.stream(numbers).max().orElse(0);
    if (least == most && numbers.length > 1) {
      notes.add("column '%s': all values are %s".formatted(column.name(), least));
    }
    double mean = Arrays.stream(numbers).map(scale::scaled).average().orElse(0);
    return new ColumnCode(column.name(), scale, mean, flagged, least, most, List.of());
  }

  private boolean isTarget(Column column) {
    return config.task().targets().contains(column.name());
  }

  /** The values that a scale is fitted to: of rows, or those of sequences that are to be found. */
  private double[] sample(Column column) {
    if (config.task().ofSequences() && isTarget(column)) {
      return IntStream.range(0, data.groups().count())
          .filter(group -> parts.fitEnd(group) == data.groups().end(group))
          .mapToDouble(group -> column.at(data.groups().row(parts.fitEnd(group) - 1)))
          .toArray();
    }
    int step = (int) Math.max(1, parts.fitRows() / LOOKED_AT);
    double[] values = new double[(int) (parts.fitRows() / step) + data.groups().count()];
    int count = 0;
    for (int group = 0; group < data.groups().count(); group++) {
      for (int place = data.groups().start(group); place < parts.fitEnd(group); place += step) {
        values[count++] = column.at(data.groups().row(place));
      }
    }
    return Arrays.copyOf(values, count);
  }

  /** A sequence that is looked at: a target, scaled, and the steps of its rows. */
  // Arrays are values that are never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Run(double[] y, long[] positions) {}

  private TargetCode valueTarget(ColumnCode code, Column column) {
    double mean = code.fill();
    double[] values = Arrays.stream(sample(column)).filter(x -> !Double.isNaN(x)).toArray();
    Scale scale = code.scale();
    double leftOver =
        Arrays.stream(values).map(x -> Math.abs(scale.scaled(x) - mean)).average().orElse(0);
    double naive =
        Arrays.stream(values).map(x -> Math.abs(x - scale.raw(mean))).average().orElse(0);
    Baseline all = new Baseline(Baseline.Kind.ALL, 1, new Season(1, new double[] {mean}));
    return new TargetCode(code, all, List.of(leftOver > 0 ? leftOver : 1), naive, List.of(0.0));
  }

  private TargetCode target(ColumnCode code) {
    List<Run> runs = runs(code);
    int horizon = config.task().horizon();
    Baseline best = Baseline.NAIVE;
    double least = error(runs, best);
    for (int span : BASELINES) {
      Baseline mean = new Baseline(Baseline.Kind.MEAN, span, null);
      best = error(runs, mean) < least ? mean : best;
      least = Math.min(least, error(runs, mean));
    }
    Run longest = Collections.max(runs, Comparator.comparingInt(run -> run.y.length));
    int period = Season.period(longest.y);
    if (period > 0) {
      Season season = season(period, runs);
      for (Baseline.Kind kind :
          List.of(Baseline.Kind.SEASONAL, Baseline.Kind.PROFILE, Baseline.Kind.LEVEL)) {
        Baseline seasonal = new Baseline(kind, 1, season);
        best = error(runs, seasonal) < least ? seasonal : best;
        least = Math.min(least, error(runs, seasonal));
      }
    }
    if (best.season() != null) {
      notes.add("'%s' comes again every %d steps".formatted(code.column(), period));
    }
    Baseline chosen = best;
    List<Double> leftOver =
        IntStream.rangeClosed(1, horizon).mapToObj(ahead -> error(runs, chosen, ahead)).toList();
    return new TargetCode(
        code, best, leftOver, naive(code.scale(), runs), Collections.nCopies(horizon, 0.0));
  }

  private static double naive(Scale scale, List<Run> runs) {
    double sum = 0;
    long count = 0;
    for (Run run : runs) {
      for (int t = 1; t < run.y.length; t++) {
        sum += Math.abs(scale.raw(run.y[t]) - scale.raw(run.y[t - 1]));
        count++;
      }
    }
    return sum / count;
  }

  private List<Run> runs(ColumnCode code) {
    List<Run> runs = new ArrayList<>();
    Preparation alone =
        new Preparation(config, clock, List.of(code), List.of(), List.of(), 0, false);
    int seen = 0;
    for (int group = 0; group < data.groups().count() && seen < LOOKED_AT; group++) {
      int from = data.groups().start(group);
      int to = Math.min(parts.fitEnd(group), from + LOOKED_AT);
      if (to - from > config.task().horizon()) {
        Slice slice = new Slice(alone, data, group, from, to);
        double[] y = IntStream.range(0, to - from).mapToDouble(t -> slice.number(0, t)).toArray();
        runs.add(new Run(y, slice.positions()));
        seen += to - from;
      }
    }
    if (runs.isEmpty()) {
      throw new InvalidInputException(
          "%s: no sequence has more than %d rows to learn from: choose a shorter horizon, or more rows"
              .formatted(data.table().name(), config.task().horizon()));
    }
    return runs;
  }

  private static Season season(int period, List<Run> runs) {
    double[] y = runs.stream().flatMapToDouble(run -> Arrays.stream(run.y)).toArray();
    long[] positions = runs.stream().flatMapToLong(run -> Arrays.stream(run.positions)).toArray();
    return Season.of(period, y, positions);
  }

  private double error(List<Run> runs, Baseline baseline) {
    return IntStream.rangeClosed(1, config.task().horizon())
        .mapToDouble(ahead -> error(runs, baseline, ahead))
        .sum();
  }

  /** The mean absolute error of a baseline so many rows ahead; 1 where it makes none. */
  private static double error(List<Run> runs, Baseline baseline, int ahead) {
    double sum = 0;
    long count = 0;
    for (Run run : runs) {
      for (int t = 0; t + ahead < run.y.length; t++) {
        sum += Math.abs(run.y[t + ahead] - baseline.of(run.y, run.positions, t, ahead));
        count++;
      }
    }
    return sum > 0 ? sum / count : 1;
  }
}
