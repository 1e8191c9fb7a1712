package org.tornadogru.series;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;

/** Batches of a table: windows to learn from, and runs of rows to answer. */
final class Windows {

  /** Sequences of a batch. */
  private static final int BATCH = 32;

  private static final int LEAST_UPDATES = 8;
  private static final int MOST_UPDATES = 200;

  /** A label that was not learned. */
  static final int UNKNOWN = -2;

  /** No label. */
  static final int NONE = -1;

  /** Fewer rows of a sequence say little of what a baseline leaves over. */
  private static final int LATEST = 100;

  /** How often an epoch takes each row. */
  private static final int COVER = 4;

  private final Preparation preparation;
  private final SeriesData data;
  private final Parts parts;
  private final int window;

  /** The place among the labels of each word of the column of labels; null if there is none. */
  private final int[] places;

  private final Column label;

  /** Sum of the origins of the sequences up to each, [groups]. */
  private final long[] origins;

  Windows(Preparation preparation, SeriesData data, Parts parts) {
    this.preparation = preparation;
    this.data = data;
    this.parts = parts;
    label = labels(preparation, data.table());
    Map<String, Integer> known = new HashMap<>();
    preparation.labels().forEach(each -> known.put(each, known.size()));
    places =
        label == null
            ? null
            : label.words().stream().mapToInt(word -> known.getOrDefault(word, UNKNOWN)).toArray();
    origins = new long[data.groups().count()];
    long sum = 0;
    int longest = 1;
    for (int group = 0; group < origins.length; group++) {
      int count = Math.max(0, parts.fitEnd(group) - data.groups().start(group) - learnedAhead());
      sum += isOfSequences() ? count > 0 ? 1 : 0 : count;
      origins[group] = sum;
      longest = Math.max(longest, count);
    }
    int rows = sum > 0 ? longest : data.groups().longest();
    window = Math.min(preparation.config().window(), rows);
  }

  private static Column labels(Preparation preparation, Table table) {
    SeriesTask task = preparation.config().task();
    boolean any = !task.ofNumbers() && table.has(task.targets().getFirst());
    return any ? SeriesData.words(table, task.targets().getFirst()) : null;
  }

  private int horizon() {
    return preparation.config().task().horizon();
  }

  private int learnedAhead() {
    return preparation.config().learnedAhead();
  }

  private boolean isOfSequences() {
    return preparation.config().task().ofSequences();
  }

  int window() {
    return window;
  }

  /** Rows, or sequences, that there are to learn from. */
  long examples() {
    return origins.length == 0 ? 0 : origins[origins.length - 1];
  }

  /** Updates of an epoch. */
  int updates() {
    double examples = isOfSequences() ? examples() : (double) COVER * examples() / window;
    return (int) Math.clamp(Math.ceil(examples / BATCH), LEAST_UPDATES, MOST_UPDATES);
  }

  /**
   * Windows drawn from the rows that are learned from; each ends at any row, and begins as much
   * before as a window is long, or where its sequence begins.
   */
  Batches drawn(int epoch) {
    return Batches.of(
        updates(),
        index -> {
          long seed = preparation.config().seed();
          SplittableRandom random =
              new SplittableRandom(
                  new SplittableRandom(seed).nextLong() + epoch * 1_000_003L + index);
          List<Run> runs = new ArrayList<>();
          for (int row = 0; row < BATCH; row++) {
            runs.add(drawn(random));
          }
          return batch(runs, window);
        });
  }

  private Run drawn(SplittableRandom random) {
    long chosen = random.nextLong(examples());
    int group = 0; // the first up to which there are more
    for (int last = origins.length - 1; group < last; ) {
      int middle = (group + last) >>> 1;
      if (origins[middle] > chosen) {
        last = middle;
      } else {
        group = middle + 1;
      }
    }
    int start = data.groups().start(group);
    if (isOfSequences()) {
      return new Run(
          group, Math.max(start, data.groups().end(group) - window), start, parts.fitEnd(group));
    }
    long before = group == 0 ? 0 : origins[group - 1];
    int end = start + (int) (chosen - before) + 1;
    int from = Math.max(start, end - window);
    return new Run(
        group, from, from, Math.min(from + window, parts.fitEnd(group) - learnedAhead()));
  }

  /**
   * Rows of a sequence whose answers are wanted.
   *
   * @param from where its window begins
   * @param first the first that is wanted
   * @param to behind the last
   */
  record Run(int group, int from, int first, int to) {}

  /** The rows before which a forecast begins that say when to stop. */
  List<Run> stopping() {
    return about(parts::fitEnd, parts::stopEnd);
  }

  /** Those and, where they are few, some before them. */
  List<Run> latest() {
    return about(
        group -> Math.min(parts.fitEnd(group), parts.stopEnd(group) - LATEST), parts::stopEnd);
  }

  /** Those that are held out. */
  List<Run> heldOut() {
    return about(parts::stopEnd, data.groups()::end);
  }

  private List<Run> about(IntUnaryOperator from, IntUnaryOperator to) {
    List<Run> runs = new ArrayList<>();
    for (int group = 0; group < data.groups().count(); group++) {
      int begin = Math.max(data.groups().start(group), from.applyAsInt(group));
      int end = to.applyAsInt(group);
      int first = Math.max(data.groups().start(group), begin - (horizon() > 0 ? 1 : 0));
      add(runs, group, first, end - horizon(), end > begin);
    }
    return runs;
  }

  /** Some of the runs, evenly spread, which have about so many rows. */
  static List<Run> some(List<Run> runs, int rows) {
    long all = runs.stream().mapToLong(run -> run.to - run.first).sum();
    int every = (int) Math.max(1, all / rows);
    return IntStream.range(0, runs.size()).filter(i -> i % every == 0).mapToObj(runs::get).toList();
  }

  /** All rows, the last ones too. */
  List<Run> all() {
    List<Run> runs = new ArrayList<>();
    for (int group = 0; group < data.groups().count(); group++) {
      add(runs, group, data.groups().start(group), data.groups().end(group), true);
    }
    return runs;
  }

  private void add(List<Run> runs, int group, int first, int to, boolean any) {
    if (!any) {
      return;
    }
    int start = data.groups().start(group);
    if (isOfSequences()) {
      runs.add(new Run(group, Math.max(start, to - window), start, to));
      return;
    }
    for (int at = first; at < to; at += window) {
      runs.add(new Run(group, Math.max(start, at - window), at, Math.min(to, at + window)));
    }
  }

  /** Batches of runs. */
  Batches batches(List<Run> runs) {
    int steps = runs.stream().mapToInt(run -> run.to() - run.from()).max().orElse(1);
    return Batches.of(
        Math.ceilDiv(runs.size(), BATCH),
        index ->
            batch(runs.subList(index * BATCH, Math.min(runs.size(), (index + 1) * BATCH)), steps));
  }

  private Batch batch(List<Run> runs, int steps) {
    int features = preparation.inputSize();
    float[][][] x = new float[steps][runs.size()][features];
    int answers = isOfSequences() ? 1 : steps;
    float[][][] y = new float[answers][runs.size()][preparation.outputs()];
    int[][] labels = new int[answers][runs.size()];
    boolean[][] counted = new boolean[labels.length][runs.size()];
    int[] lengths = new int[runs.size()];
    for (int row = 0; row < runs.size(); row++) {
      Run run = runs.get(row);
      lengths[row] = run.to - run.from;
      fill(run, row, x, y, labels, counted);
    }
    Sequences sequences = Sequences.of(x).withLengths(lengths);
    Labels wanted =
        preparation.config().task().ofNumbers()
            ? Labels.valuesOfSteps(y)
            : Labels.classesOfSteps(labels);
    return new Batch(sequences, wanted.counting(counted)).beginning();
  }

  /** Where the surroundings of a run begin: as much before as its first row depends on. */
  int sliceFrom(Run run) {
    return Math.max(data.groups().start(run.group), run.from - preparation.reach());
  }

  /** The surroundings of a run, up to the last row that its answers are about. */
  Slice slice(Run run) {
    return slice(run, horizon());
  }

  /** The surroundings of a run, up to so many rows behind it. */
  Slice slice(Run run, int ahead) {
    int to = Math.min(data.groups().end(run.group), run.to + ahead);
    return new Slice(preparation, data, run.group, sliceFrom(run), to);
  }

  private void fill(
      Run run, int row, float[][][] x, float[][][] y, int[][] labels, boolean[][] counted) {
    int from = sliceFrom(run);
    Slice slice = slice(run);
    for (int place = run.from; place < run.to; place++) {
      int step = place - run.from;
      int t = place - from;
      preparation.inputs(slice, t, x[step][row]);
      if (!isOfSequences()) {
        boolean known = answer(slice, place, t, y[step][row], labels[step], row);
        counted[step][row] = known && place >= run.first;
      }
    }
    if (isOfSequences()) {
      int last = run.to - 1;
      counted[0][row] = answer(slice, last, last - from, y[0][row], labels[0], row);
    }
  }

  /** What the answer to a row should be, and whether it is known. */
  private boolean answer(Slice slice, int place, int t, float[] y, int[] labels, int row) {
    if (preparation.config().task().ofNumbers()) {
      return preparation.leftOver(slice, t, y);
    }
    int known = label(place);
    labels[row] = Math.max(0, known);
    return known >= 0;
  }

  /** The label of a row: its place among the labels, {@link #UNKNOWN} or {@link #NONE}. */
  int label(int place) {
    int row = data.groups().row(place);
    return label == null || label.isMissing(row) ? NONE : places[(int) label.at(row)];
  }
}
