package org.tornadogru.series;

import java.util.List;

/**
 * What was found in the rows that are learned from, and what makes inputs and outputs of a table.
 *
 * @param clock counts steps
 * @param inputs columns, in the order of the model's inputs
 * @param targets columns to forecast, with their codes; empty where labels are the answer
 * @param labels the answers that there are; empty for a forecast
 * @param threshold the score above which a row is an alarm; 0 for other tasks
 * @param heldOutGroups whether whole sequences are held out
 */
record Preparation(
    SeriesConfig config,
    Clock clock,
    List<ColumnCode> inputs,
    List<TargetCode> targets,
    List<String> labels,
    double threshold,
    boolean heldOutGroups) {

  /** Low, median and high. */
  static final int LEVELS = 3;

  static final int HARMONICS = 2;

  /** Rows of the means that are inputs: they say what a state forgets. */
  static final int[] SPANS = {6, 24, 96};

  Preparation {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    labels = List.copyOf(labels);
  }

  /** The same with other codes of the targets. */
  Preparation withTargets(List<TargetCode> others) {
    return new Preparation(config, clock, inputs, others, labels, threshold, heldOutGroups);
  }

  /** The same with a threshold of alarms. */
  Preparation withThreshold(double other) {
    return new Preparation(config, clock, inputs, targets, labels, other, heldOutGroups);
  }

  /** Features of the model's input. */
  int inputSize() {
    int size = inputs.stream().mapToInt(ColumnCode::size).sum();
    for (TargetCode target : forecast()) {
      size += 1 + SPANS.length + (target.baseline().season() == null ? 0 : 2 * HARMONICS);
    }
    for (ColumnCode input : inputs) {
      size += config.known().contains(input.column()) ? config.learnedAhead() * input.size() : 0;
    }
    return size;
  }

  /** Targets whose values until now are inputs. */
  List<TargetCode> forecast() {
    return config.task().ofRowsAhead() ? targets : List.of();
  }

  /** Outputs of the model. */
  int outputs() {
    return targets.isEmpty() ? labels.size() : outputs(Math.max(1, config.learnedAhead()));
  }

  /** Outputs of a forecast that reaches so many rows ahead. */
  int outputs(int ahead) {
    return targets.size() * ahead * LEVELS;
  }

  /** How many rows ahead the outputs of a forecast reach. */
  int rowsAhead(float[] outputs) {
    return outputs.length / (targets.size() * LEVELS);
  }

  /** Whether an output of a forecast is a median. */
  static boolean isMedian(int output) {
    return output % LEVELS == 1;
  }

  /** The probability that a value is below an output of a forecast. */
  float level(int output) {
    return switch (output % LEVELS) {
      case 0 -> config.low();
      case 1 -> 0.5f;
      default -> config.high();
    };
  }

  /** Rows before one that its inputs and its range depend on. */
  int reach() {
    return forecast().stream()
        .mapToInt(
            target ->
                Math.max(SPANS[SPANS.length - 1], target.baseline().reach() + RangeDecoder.RECENT))
        .max()
        .orElse(1);
  }

  /**
   * The inputs of a row.
   *
   * @param x out, [inputSize]
   */
  void inputs(Slice slice, int t, float[] x) {
    int at = 0;
    for (int column = 0; column < inputs.size(); column++) {
      at = put(slice, column, t, x, at);
    }
    for (int target = 0; target < forecast().size(); target++) {
      double[] y = slice.target(target);
      TargetCode code = targets.get(target);
      double before = t == 0 ? y[t] : code.baseline().of(y, slice.positions(), t - 1, 1);
      x[at++] = (float) ((y[t] - before) / code.unit(1));
      for (int span : SPANS) {
        x[at++] = (float) (new Baseline(Baseline.Kind.MEAN, span, null).of(y, null, t, 1) - y[t]);
      }
      if (code.baseline().season() != null) {
        double turn = 2 * Math.PI * slice.positions()[t] / code.baseline().season().period();
        for (int harmonic = 1; harmonic <= HARMONICS; harmonic++) {
          x[at++] = (float) Math.sin(harmonic * turn);
          x[at++] = (float) Math.cos(harmonic * turn);
        }
      }
    }
    for (int column = 0; column < inputs.size(); column++) {
      if (config.known().contains(inputs.get(column).column())) {
        for (int ahead = 1; ahead <= config.learnedAhead(); ahead++) {
          at = put(slice, column, Math.min(t + ahead, slice.rows() - 1), x, at);
        }
      }
    }
  }

  private int put(Slice slice, int column, int t, float[] x, int from) {
    ColumnCode code = inputs.get(column);
    int at = from;
    if (code.isNumber()) {
      x[at++] = (float) slice.number(column, t);
      if (code.flagged()) {
        x[at++] = slice.isMissing(column, t) ? 1 : 0;
      }
      return at;
    }
    int word = slice.word(column, t);
    for (int place = 0; place < code.words().size(); place++) {
      x[at++] = place == word ? 1 : 0;
    }
    return at;
  }

  /** The row that a range of a row is about: one ahead, or itself. */
  int truth(int t, int ahead) {
    return t + Math.min(ahead, config.task().horizon());
  }

  /**
   * What the outputs of a row should be: for each target and row ahead what the baseline leaves
   * over, once for each level.
   *
   * @param y out, [targets][ahead][LEVELS]
   * @return whether all of it is known
   */
  boolean leftOver(Slice slice, int t, float[] y) {
    int rows = rowsAhead(y);
    if (truth(t, rows) >= slice.rows()) {
      return false;
    }
    boolean known = true;
    int at = 0;
    for (int target = 0; target < targets.size(); target++) {
      TargetCode code = targets.get(target);
      double[] values = slice.target(target);
      for (int ahead = 1; ahead <= rows; ahead++) {
        int place = truth(t, ahead);
        known &= !slice.isTargetMissing(target, place);
        double rest = values[place] - code.baseline().of(values, slice.positions(), t, ahead);
        for (int level = 0; level < LEVELS; level++) {
          y[at++] = (float) (rest / code.unit(ahead));
        }
      }
    }
    return known;
  }
}
