package org.tornadogru.nn;

import java.util.Arrays;

/**
 * A batch of sequences, N of them with T steps: vectors of I features, or token ids, and which
 * steps count.
 *
 * <pre>{@code
 * Sequences.of(x);                         // [T][N][I], time first
 * Sequences.ofBatchFirst(x);               // [N][T][I]
 * Sequences.ofOne(x);                      // [T][I], a single sequence
 * Sequences.ofBatchFirst(x).withLengths(5, 3, 0);
 * }</pre>
 *
 * @param steps T
 * @param batch N
 * @param features I; 0 for token ids
 * @param values [T][N][I] for dense inputs, otherwise null
 * @param tokens [T][N] for token ids, otherwise null
 * @param valid [T][N], the steps that count; null for all
 */
@SuppressWarnings("ArrayRecordComponent") // values are large and handed on, never compared
public record Sequences(
    int steps, int batch, int features, float[] values, int[] tokens, boolean[] valid) {

  public Sequences {
    if (steps < 1 || batch < 1) {
      throw new InvalidInputException(
          "a batch needs at least one step and one row, not %d and %d".formatted(steps, batch));
    }
    if ((values == null) == (tokens == null)) {
      throw new InvalidInputException("sequences are either vectors or token ids");
    }
    long expected = (long) steps * batch * (values == null ? 1 : features);
    int size = values == null ? tokens.length : values.length;
    if (size != expected) {
      throw new InvalidInputException(
          "the input has %d values: expected [%d][%d]%s = %d"
              .formatted(
                  size, steps, batch, values == null ? "" : "[%d]".formatted(features), expected));
    }
    if (valid != null && valid.length != steps * batch) {
      throw new InvalidInputException(
          "the mask has %d values: expected [%d][%d]".formatted(valid.length, steps, batch));
    }
  }

  /** Vectors, time first: [T][N][I]. */
  public static Sequences of(float[][][] x) {
    requireRows(x.length, x.length == 0 ? 0 : x[0].length, "[T][N][I]");
    int steps = x.length;
    int batch = x[0].length;
    int features = x[0][0].length;
    float[] values = new float[steps * batch * features];
    for (int time = 0; time < steps; time++) {
      requireSize("step", time, x[time].length, batch);
      for (int row = 0; row < batch; row++) {
        requireSize("a vector of step", time, x[time][row].length, features);
        System.arraycopy(x[time][row], 0, values, (time * batch + row) * features, features);
      }
    }
    return new Sequences(steps, batch, features, values, null, null);
  }

  /** Vectors, batch first: [N][T][I]. */
  public static Sequences ofBatchFirst(float[][][] x) {
    requireRows(x.length, x.length == 0 ? 0 : x[0].length, "[N][T][I]");
    int batch = x.length;
    int steps = x[0].length;
    float[][][] timeFirst = new float[steps][batch][];
    for (int row = 0; row < batch; row++) {
      requireSize("sequence", row, x[row].length, steps);
      for (int time = 0; time < steps; time++) {
        timeFirst[time][row] = x[row][time];
      }
    }
    return of(timeFirst);
  }

  /** A single sequence of vectors: [T][I]. */
  public static Sequences ofOne(float[][] x) {
    return ofBatchFirst(new float[][][] {x});
  }

  /** Token ids, time first: [T][N]. */
  public static Sequences ofTokens(int[][] ids) {
    requireRows(ids.length, ids.length == 0 ? 0 : ids[0].length, "[T][N]");
    int batch = ids[0].length;
    for (int time = 0; time < ids.length; time++) {
      requireSize("step", time, ids[time].length, batch);
    }
    int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
    return new Sequences(ids.length, batch, 0, null, flat, null);
  }

  /** Token ids, batch first: [N][T]. */
  public static Sequences ofTokensBatchFirst(int[][] ids) {
    requireRows(ids.length, ids.length == 0 ? 0 : ids[0].length, "[N][T]");
    int steps = ids[0].length;
    int[][] timeFirst = new int[steps][ids.length];
    for (int row = 0; row < ids.length; row++) {
      requireSize("sequence", row, ids[row].length, steps);
      for (int time = 0; time < steps; time++) {
        timeFirst[time][row] = ids[row][time];
      }
    }
    return ofTokens(timeFirst);
  }

  /** A single sequence of token ids: [T]. */
  public static Sequences ofOneOfTokens(int... ids) {
    return ofTokensBatchFirst(new int[][] {ids});
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
    return new Sequences(steps, batch, features, values, tokens, mask);
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
      requireSize("step of the mask", time, mask[time].length, batch);
      System.arraycopy(mask[time], 0, flat, time * batch, batch);
    }
    return new Sequences(steps, batch, features, values, tokens, flat);
  }

  private static void requireRows(int outer, int inner, String shape) {
    if (outer < 1 || inner < 1) {
      throw new InvalidInputException(
          "the input is empty: expected %s with at least one step and one sequence"
              .formatted(shape));
    }
  }

  private static void requireSize(String what, int index, int size, int expected) {
    if (size != expected) {
      throw new InvalidInputException(
          "%s %d has size %d but the first has %d".formatted(what, index, size, expected));
    }
  }
}
