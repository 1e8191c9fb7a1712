package org.tornadogru.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;

/**
 * One sequence of a column.
 *
 * @param tokens [T]; null for vectors
 * @param vectors [T][I]; null for token ids
 */
@SuppressWarnings("ArrayRecordComponent") // travels, and is never compared
record Sequence(int[] tokens, float[][] vectors) implements Serializable {

  /** Shorter lengths would be shapes of their own for little. */
  private static final int SHORTEST = 8;

  /** T. */
  int steps() {
    return tokens == null ? vectors.length : tokens.length;
  }

  /** Some of its steps; none from its end on. */
  Sequence part(int from, int to) {
    int begin = Math.min(from, steps());
    int end = Math.min(to, steps());
    return tokens == null
        ? new Sequence(null, Arrays.copyOfRange(vectors, begin, end))
        : new Sequence(Arrays.copyOfRange(tokens, begin, end), null);
  }

  /**
   * Some sequences side by side, the first of which is not empty, filled up with steps that do not
   * count.
   *
   * @param steps T, as many as the longest has or more
   */
  static Sequences sideBySide(List<Sequence> rows, int steps) {
    int batch = rows.size();
    int[] lengths = rows.stream().mapToInt(Sequence::steps).toArray();
    if (rows.getFirst().tokens != null) {
      int[] ids = new int[steps * batch];
      Arrays.fill(ids, Sequences.PADDING);
      for (int row = 0; row < batch; row++) {
        for (int step = 0; step < lengths[row]; step++) {
          ids[step * batch + row] = rows.get(row).tokens[step];
        }
      }
      return Sequences.ofTokens(batch, ids).withLengths(lengths);
    }
    int features = rows.getFirst().vectors[0].length;
    float[] values = new float[steps * batch * features];
    for (int row = 0; row < batch; row++) {
      for (int step = 0; step < lengths[row]; step++) {
        float[] vector = rows.get(row).vectors[step];
        System.arraycopy(vector, 0, values, (step * batch + row) * features, features);
      }
    }
    Tensor tensor = new Tensor("the input", List.of(steps, batch, features), values);
    return Sequences.of(tensor).withLengths(lengths);
  }

  /**
   * The length that sequences are filled up to: 8, 12, 16, 24, 32, 48 and so on, so that there are
   * few, and no sequence becomes longer by half.
   */
  static int filledUp(int steps) {
    int power = Integer.highestOneBit(Math.max(steps, SHORTEST));
    if (steps <= power) {
      return power;
    }
    return steps <= power + power / 2 ? power + power / 2 : 2 * power;
  }
}
