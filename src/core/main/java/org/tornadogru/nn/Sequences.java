package org.tornadogru.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A batch of sequences, N of them with T steps: vectors of I features, or token ids, and which
 * steps count. It never changes.
 *
 * <pre>{@code
 * Sequences.of(x);                         // [T][N][I], time first
 * Sequences.ofBatchFirst(x);               // [N][T][I]
 * Sequences.ofOne(x);                      // [T][I], a single sequence
 * Sequences.ofBatchFirst(x).withLengths(5, 3, 0);
 * }</pre>
 */
public final class Sequences {

  /** What stands for no token at all, in rows that are there to fill up a batch. */
  public static final int PADDING = -1;

  private final int steps;
  private final int batch;

  /** [T][N][I]; null for token ids. */
  private final Tensor vectors;

  /** [T][N]; null for vectors. */
  private final int[] tokens;

  /** [T][N], the steps that count; null for all. */
  private final boolean[] valid;

  private Sequences(int steps, int batch, Tensor vectors, int[] tokens, boolean[] valid) {
    this.steps = steps;
    this.batch = batch;
    this.vectors = vectors;
    this.tokens = tokens;
    this.valid = valid;
  }

  /** Vectors, time first: [T][N][I]. */
  public static Sequences of(float[][][] x) {
    return of(Tensor.of("the input", x));
  }

  /** Vectors, time first: [T][N][I]. */
  public static Sequences of(Tensor x) {
    if (x.shape().size() != 3 || x.size() == 0) {
      throw new InvalidInputException(
          "the input is %s: expected [T][N][I] with at least one step and one sequence"
              .formatted(x.shape()));
    }
    return new Sequences(x.shape().get(0), x.shape().get(1), x, null, null);
  }

  /** Vectors, batch first: [N][T][I]. */
  public static Sequences ofBatchFirst(float[][][] x) {
    Tensor batchFirst = Tensor.of("the input", x);
    int batch = x.length;
    int steps = batchFirst.shape().get(1);
    int features = batchFirst.shape().get(2);
    return of(
        Tensor.of(
            batchFirst.name(),
            List.of(steps, batch, features),
            place -> {
              int position = place / features;
              return batchFirst.at(
                  (position % batch * steps + position / batch) * features + place % features);
            }));
  }

  /** A single sequence of vectors: [T][I]. */
  public static Sequences ofOne(float[][] x) {
    return ofBatchFirst(new float[][][] {x});
  }

  /** Token ids, time first: [T][N]. */
  public static Sequences ofTokens(int[][] ids) {
    requireTokens(ids, "[T][N]");
    return ofTokens(ids[0].length, Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray());
  }

  /**
   * Token ids, time first, row after row.
   *
   * @param batch N
   * @param ids [T][N]
   */
  public static Sequences ofTokens(int batch, int[] ids) {
    if (batch < 1 || ids.length == 0 || ids.length % batch != 0) {
      throw new InvalidInputException(
          "%d token ids are no batch of %d sequences: expected [T][N] with at least one step and one sequence"
              .formatted(ids.length, batch));
    }
    return new Sequences(ids.length / batch, batch, null, ids.clone(), null);
  }

  /** Token ids, batch first: [N][T]. */
  public static Sequences ofTokensBatchFirst(int[][] ids) {
    requireTokens(ids, "[N][T]");
    int batch = ids.length;
    int[] timeFirst = new int[batch * ids[0].length];
    Arrays.setAll(timeFirst, position -> ids[position % batch][position / batch]);
    return ofTokens(batch, timeFirst);
  }

  /** A single sequence of token ids: [T]. */
  public static Sequences ofOneOfTokens(int... ids) {
    return ofTokens(1, ids);
  }

  /** T. */
  public int steps() {
    return steps;
  }

  /** N. */
  public int batch() {
    return batch;
  }

  /** I; 0 for token ids. */
  public int features() {
    return vectors == null ? 0 : vectors.shape().get(2);
  }

  /** [T][N][I]; empty for token ids. */
  public Optional<Tensor> vectors() {
    return Optional.ofNullable(vectors);
  }

  /** Whether some steps may not count. */
  public boolean isMasked() {
    return valid != null;
  }

  /** Whether the step at a position counts, the position being step · N + row. */
  public boolean isValid(int position) {
    return valid == null || valid[position];
  }

  /** The token id at a position, step · N + row. */
  public int token(int position) {
    return tokens[position];
  }

  /** The same without the last step. */
  public Sequences withoutLast() {
    if (steps == 1) {
      throw new InvalidInputException("a sequence of one step has nothing before its last");
    }
    int positions = (steps - 1) * batch;
    return new Sequences(
        steps - 1,
        batch,
        vectors == null
            ? null
            : Tensor.of(vectors.name(), List.of(steps - 1, batch, features()), vectors::at),
        tokens == null ? null : Arrays.copyOf(tokens, positions),
        valid == null ? null : Arrays.copyOf(valid, positions));
  }

  /**
   * Some of the sequences, in this order.
   *
   * @param rows [N'], each from 0 to N - 1
   * @throws IndexOutOfBoundsException if there is no such sequence
   */
  public Sequences rows(int... rows) {
    int[] from = positions(steps, batch, rows);
    boolean[] mask = valid == null ? null : new boolean[from.length];
    for (int position = 0; mask != null && position < mask.length; position++) {
      mask[position] = valid[from[position]];
    }
    return new Sequences(
        steps,
        rows.length,
        vectors == null ? null : at(vectors, steps, from),
        tokens == null ? null : Arrays.stream(from).map(place -> tokens[place]).toArray(),
        mask);
  }

  /** Where the steps of some rows are among those of all: [steps][rows]. */
  static int[] positions(int steps, int batch, int[] rows) {
    int[] positions = new int[steps * rows.length];
    Arrays.setAll(
        positions,
        place ->
            place / rows.length * batch + Objects.checkIndex(rows[place % rows.length], batch));
    return positions;
  }

  /** The vectors at some positions: [steps][N'][I]. */
  static Tensor at(Tensor vectors, int steps, int[] positions) {
    int size = vectors.shape().get(2);
    return Tensor.of(
        vectors.name(),
        List.of(steps, positions.length / steps, size),
        place -> vectors.at(positions[place / size] * size + place % size));
  }

  /**
   * The same, with padding: only the first steps of each sequence count.
   *
   * @param lengths [N], each from 0 to T
   */
  public Sequences withLengths(int... lengths) {
    if (lengths.length != batch) {
      throw new InvalidInputException(
          "there are %d lengths for a batch of %d sequences".formatted(lengths.length, batch));
    }
    boolean[] mask = new boolean[steps * batch];
    for (int row = 0; row < batch; row++) {
      if (lengths[row] < 0 || lengths[row] > steps) {
        throw new InvalidInputException(
            "sequence %d has length %d: expected 0 to %d".formatted(row, lengths[row], steps));
      }
      for (int time = 0; time < lengths[row]; time++) {
        mask[time * batch + row] = true;
      }
    }
    return new Sequences(steps, batch, vectors, tokens, mask);
  }

  /**
   * The same, but only some steps count; at the others the state is held.
   *
   * @param mask [T][N]
   */
  public Sequences withMask(boolean[][] mask) {
    requireSize("the mask", 0, mask.length, steps);
    boolean[] flat = new boolean[steps * batch];
    for (int time = 0; time < steps; time++) {
      requireSize(
          "step of the mask",
          time,
          Tensor.length("step %d of the mask".formatted(time), mask[time]),
          batch);
      System.arraycopy(mask[time], 0, flat, time * batch, batch);
    }
    return new Sequences(steps, batch, vectors, tokens, flat);
  }

  /**
   * The same, filled up with steps and sequences that do not count.
   *
   * @param toSteps T or more
   * @param toBatch N or more
   */
  public Sequences filledUp(int toSteps, int toBatch) {
    if (toSteps < steps || toBatch < batch) {
      throw new InvalidInputException(
          "%d steps of %d sequences cannot be filled up to %d of %d"
              .formatted(steps, batch, toSteps, toBatch));
    }
    boolean[] mask = new boolean[new SequenceShape(toSteps, toBatch).positions()];
    int[] ids = tokens == null ? null : new int[mask.length];
    if (ids != null) {
      Arrays.fill(ids, PADDING);
    }
    float[] values =
        vectors == null ? null : new float[Math.multiplyExact(mask.length, features())];
    for (int position = 0; position < steps * batch; position++) {
      int to = position / batch * toBatch + position % batch;
      mask[to] = isValid(position);
      if (ids != null) {
        ids[to] = tokens[position];
      }
      for (int feature = 0; feature < features(); feature++) {
        values[to * features() + feature] = vectors.at(position * features() + feature);
      }
    }
    Tensor filled =
        values == null
            ? null
            : new Tensor(vectors.name(), List.of(toSteps, toBatch, features()), values);
    return new Sequences(toSteps, toBatch, filled, ids, mask);
  }

  /** The same, every step of it counting. */
  public Sequences withoutMask() {
    return new Sequences(steps, batch, vectors, tokens, null);
  }

  private static void requireTokens(int[][] ids, String shape) {
    if (ids.length == 0 || Tensor.length("row 0", ids[0]) == 0) {
      throw new InvalidInputException(
          "the input is empty: expected %s with at least one step and one sequence"
              .formatted(shape));
    }
    for (int outer = 0; outer < ids.length; outer++) {
      requireSize("row", outer, Tensor.length("row " + outer, ids[outer]), ids[0].length);
    }
  }

  private static void requireSize(String what, int index, int size, int expected) {
    if (size != expected) {
      throw new InvalidInputException(
          "%s %d has size %d but the first has %d".formatted(what, index, size, expected));
    }
  }
}
