package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Some rows of one sequence, scaled, with nothing missing: the last value stands for the next. */
final class Slice {

  /** Rows before a slice in which a last value is looked for. */
  private static final int LOOKED_BACK = 1000;

  private final Preparation preparation;
  private final int rows;
  private final long[] positions;

  /** [column][row]: scaled numbers, or places of words. */
  private final List<double[]> columns = new ArrayList<>();

  private final List<boolean[]> missing = new ArrayList<>();
  private final List<double[]> targets = new ArrayList<>();
  private final List<boolean[]> missingTargets = new ArrayList<>();

  /**
   * Rows of a sequence.
   *
   * @param from a place from its start on
   * @param to a place up to its end
   */
  Slice(Preparation preparation, SeriesData data, int group, int from, int to) {
    this.preparation = preparation;
    rows = to - from;
    positions = data.positions(preparation.clock(), group, from, to);
    for (ColumnCode code : preparation.inputs()) {
      boolean[] gone = new boolean[rows];
      columns.add(
          code.isNumber() ? numbers(code, data, group, from, gone) : words(code, data, from));
      missing.add(gone);
    }
    for (TargetCode target : preparation.targets()) {
      boolean[] gone = new boolean[rows];
      targets.add(
          data.table().has(target.code().column())
              ? numbers(target.code(), data, group, from, gone)
              : nothing(gone));
      missingTargets.add(gone);
    }
  }

  private Slice(Preparation preparation, long... positions) {
    this.preparation = preparation;
    this.positions = positions;
    rows = positions.length;
  }

  /**
   * Row {@code t}, as many before it as inputs look back, and some behind it that are still to
   * come: columns that are known ahead are as they are here, all others stay as in row {@code t}.
   */
  Slice continued(int t, int ahead) {
    int from = Math.max(0, t - preparation.reach() - 1);
    int[] source = IntStream.rangeClosed(from, t + ahead).toArray();
    Slice slice =
        new Slice(
            preparation,
            Arrays.stream(source)
                .mapToLong(at -> positions[Math.min(at, t)] + Math.max(0, at - t))
                .toArray());
    for (int column = 0; column < columns.size(); column++) {
      String name = preparation.inputs().get(column).column();
      boolean known = preparation.config().known().contains(name);
      copy(
          source,
          known ? rows - 1 : t,
          columns.get(column),
          missing.get(column),
          slice.columns,
          slice.missing);
    }
    for (int target = 0; target < targets.size(); target++) {
      copy(
          source,
          t,
          targets.get(target),
          missingTargets.get(target),
          slice.targets,
          slice.missingTargets);
    }
    return slice;
  }

  /** Copies some rows of a column, the last of which stands for those behind it. */
  private static void copy(
      int[] source,
      int last,
      double[] column,
      boolean[] gone,
      List<double[]> columns,
      List<boolean[]> missing) {
    double[] values = new double[source.length];
    boolean[] flags = new boolean[source.length];
    for (int row = 0; row < source.length; row++) {
      values[row] = column[Math.min(source[row], last)];
      flags[row] = gone[Math.min(source[row], last)];
    }
    columns.add(values);
    missing.add(flags);
  }

  /** Sets what a target is taken for in a row that is still to come, scaled. */
  void take(int target, int t, double value) {
    targets.get(target)[t] = value;
    String name = preparation.targets().get(target).code().column();
    for (int column = 0; column < columns.size(); column++) {
      if (preparation.inputs().get(column).column().equals(name)) {
        columns.get(column)[t] = value;
        missing.get(column)[t] = false;
      }
    }
  }

  private double[] numbers(ColumnCode code, SeriesData data, int group, int from, boolean[] gone) {
    Column column = data.table().column(code.column());
    double last = code.fill();
    int first = Math.max(data.groups().start(group), from - LOOKED_BACK);
    for (int place = from - 1; place >= first; place--) {
      double value = column.at(data.groups().row(place));
      if (!Double.isNaN(value)) {
        last = code.scale().scaled(value);
        break;
      }
    }
    double[] numbers = new double[rows];
    for (int t = 0; t < rows; t++) {
      double value = column.at(data.groups().row(from + t));
      gone[t] = Double.isNaN(value);
      last = gone[t] ? last : code.scale().scaled(value);
      numbers[t] = last;
    }
    return numbers;
  }

  private double[] nothing(boolean[] gone) {
    Arrays.fill(gone, true);
    return new double[rows];
  }

  private double[] words(ColumnCode code, SeriesData data, int from) {
    Column column = data.table().column(code.column());
    Map<String, Integer> known = new HashMap<>();
    for (String word : code.words()) {
      known.put(word, known.size());
    }
    double[] places = new double[rows];
    for (int t = 0; t < rows; t++) {
      places[t] = known.getOrDefault(column.word(data.groups().row(from + t)), -1);
    }
    return places;
  }

  int rows() {
    return rows;
  }

  long[] positions() {
    return positions;
  }

  double number(int column, int t) {
    return columns.get(column)[t];
  }

  boolean isMissing(int column, int t) {
    return missing.get(column)[t];
  }

  /** The place of a word, or −1. */
  int word(int column, int t) {
    return (int) columns.get(column)[t];
  }

  /** A target, scaled, [rows]. */
  double[] target(int target) {
    return targets.get(target);
  }

  boolean isTargetMissing(int target, int t) {
    return missingTargets.get(target)[t];
  }

  /** The inputs of a row, [inputSize]. */
  float[] inputs(int t) {
    float[] x = new float[preparation.inputSize()];
    preparation.inputs(this, t, x);
    return x;
  }
}
