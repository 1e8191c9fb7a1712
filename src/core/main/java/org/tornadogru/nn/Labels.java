package org.tornadogru.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What a model's outputs should be, for each sequence or each step of it; it never changes. */
public final class Labels {

  /** The labels of a language model: its tokens say what comes next. */
  public static final Labels NEXT_TOKENS = new Labels(0, 0, new int[0], null);

  private static final int NOT_COUNTED = -1;

  private final int steps;
  private final int batch;

  /** [steps][N]; for values anything; negative where the label does not count. */
  private final int[] classes;

  /** [steps][N][size]; null for classes. */
  private final Tensor values;

  private Labels(int steps, int batch, int[] classes, Tensor values) {
    this.steps = steps;
    this.batch = batch;
    this.classes = classes;
    this.values = values;
  }

  /** One class per sequence, [N]; a negative one does not count. */
  public static Labels classes(int... classes) {
    return classesOfSteps(new int[][] {classes});
  }

  /** One class per step, time first, [T][N]; a negative one does not count. */
  public static Labels classesOfSteps(int[][] classes) {
    int batch = classes.length == 0 ? 0 : Tensor.length("labels[0]", classes[0]);
    for (int step = 0; step < classes.length; step++) {
      requireSize(Tensor.length("labels[%d]".formatted(step), classes[step]), batch);
    }
    int[] flat = Arrays.stream(classes).flatMapToInt(Arrays::stream).toArray();
    return new Labels(classes.length, batch, flat, null);
  }

  /** Values for each sequence, [N][size]. */
  public static Labels values(float[][] values) {
    return valuesOfSteps(new float[][][] {values});
  }

  /** Values for each step, time first, [T][N][size]. */
  public static Labels valuesOfSteps(float[][][] values) {
    Tensor tensor = Tensor.of("labels", values);
    int steps = tensor.shape().get(0);
    int batch = tensor.shape().get(1);
    return new Labels(steps, batch, new int[steps * batch], tensor);
  }

  /** The classes of a language model: at each step but the last the token of the next one. */
  public static Labels nextOf(Sequences sequences) {
    int batch = sequences.batch();
    int[] next = new int[(sequences.steps() - 1) * batch];
    for (int position = 0; position < next.length; position++) {
      int target = position + batch;
      next[position] = sequences.isValid(target) ? sequences.token(target) : NOT_COUNTED;
    }
    return new Labels(sequences.steps() - 1, batch, next, null);
  }

  /** T, or 1 for one label per sequence. */
  public int steps() {
    return steps;
  }

  /** N. */
  public int batch() {
    return batch;
  }

  /** Values per label; 0 for classes. */
  public int size() {
    return values == null ? 0 : values.shape().get(2);
  }

  /** The class at a position, step · N + row; negative where the label does not count. */
  public int at(int position) {
    return classes[position];
  }

  /** [steps][N][size]; empty for classes. */
  public Optional<Tensor> values() {
    return Optional.ofNullable(values);
  }

  /** How many labels count. */
  public int count() {
    int count = 0;
    for (int known : classes) {
      count += known < 0 ? 0 : 1;
    }
    return count;
  }

  /**
   * The same, but only some labels count.
   *
   * @param counted [T][N], or [1][N] for one label per sequence
   */
  public Labels counting(boolean[][] counted) {
    if (counted.length != steps) {
      throw new InvalidInputException(
          "the mask of the labels has %d steps: expected %d".formatted(counted.length, steps));
    }
    for (boolean[] step : counted) {
      requireSize(step.length, batch);
    }
    return counting(position -> counted[position / batch][position % batch]);
  }

  /** The same without what belongs to masked steps; one label for each step. */
  public Labels counting(Sequences sequences) {
    return sequences.isMasked() ? counting(sequences::isValid) : this;
  }

  /**
   * The same, filled up with labels that do not count.
   *
   * @param toSteps T or more
   * @param toBatch N or more
   */
  public Labels filledUp(int toSteps, int toBatch) {
    if (toSteps < steps || toBatch < batch) {
      throw new InvalidInputException(
          "labels of %d steps of %d sequences cannot be filled up to %d of %d"
              .formatted(steps, batch, toSteps, toBatch));
    }
    int[] filled = new int[new SequenceShape(toSteps, toBatch).positions()];
    Arrays.fill(filled, NOT_COUNTED);
    float[] numbers = new float[Math.multiplyExact(filled.length, size())];
    for (int position = 0; position < steps * batch; position++) {
      int to = position / batch * toBatch + position % batch;
      filled[to] = classes[position];
      for (int value = 0; value < size(); value++) {
        numbers[to * size() + value] = values.at(position * size() + value);
      }
    }
    Tensor tensor =
        values == null
            ? null
            : new Tensor(values.name(), List.of(toSteps, toBatch, size()), numbers);
    return new Labels(toSteps, toBatch, filled, tensor);
  }

  private Labels counting(IntPredicate counted) {
    int[] kept = classes.clone();
    for (int position = 0; position < kept.length; position++) {
      kept[position] = counted.test(position) ? kept[position] : NOT_COUNTED;
    }
    return new Labels(steps, batch, kept, values);
  }

  /**
   * The labels of some sequences, in this order; those of a language model are its tokens anyhow.
   *
   * @param rows [N'], each from 0 to N - 1
   * @throws IndexOutOfBoundsException if there is no such sequence
   */
  public Labels rows(int... rows) {
    if (this == NEXT_TOKENS) {
      return this;
    }
    int[] from = Sequences.positions(steps, batch, rows);
    return new Labels(
        steps,
        rows.length,
        Arrays.stream(from).map(place -> classes[place]).toArray(),
        values == null ? null : Sequences.at(values, steps, from));
  }

  private static void requireSize(int size, int expected) {
    if (size != expected) {
      throw new InvalidInputException(
          "a step of the labels has %d rows but the first has %d".formatted(size, expected));
    }
  }
}
