package org.tornadogru.graph;

import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Sequences;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * In which order the walks of one direction visit the steps, in every layer. {@link
 * org.tornadogru.kernels.Arrangement} says what the two tables mean.
 */
final class WalkOrder {

  private static final int NOWHERE = -1;

  private final DeviceShape shape;
  private final boolean reverse;
  private final boolean keepReversed;
  private final MaskedOutput maskedOutput;
  private final boolean arranges;

  /** [T][batch], the position that a step of the walk takes. */
  final IntArray visited;

  /** [T][batch], each step's own number where something is read, otherwise −1. */
  final IntArray taken;

  /** [T + 1][batch], the state that an output is, and the final ones. */
  final IntArray shown;

  /**
   * An order in which every step is visited, until {@link #load} says otherwise.
   *
   * @param masked whether it may do so
   */
  WalkOrder(GruConfig config, DeviceShape shape, boolean reverse, boolean masked) {
    boolean vectors = !config.isOneHot() || config.layers() > 1;
    arranges = vectors && (reverse || masked);
    this.shape = shape;
    this.reverse = reverse;
    keepReversed = config.keepReversed();
    maskedOutput = config.maskedOutput();
    visited = HostArrays.ints(shape.positions());
    shown = HostArrays.ints(shape.positions() + shape.batch());
    taken = HostArrays.ints(shape.positions());
    load(null);
    loadTaken(null);
  }

  /** Whether the order is that of the input as long as nothing is masked. */
  boolean isNatural() {
    return !reverse;
  }

  /** The tables that tasks read: one in the order of the input needs no arranging. */
  Object[] onDevice() {
    return arranges ? new Object[] {visited, shown} : new Object[] {shown};
  }

  /**
   * Leaves out masked steps.
   *
   * @param sequences of the user's shape, or null for all steps
   */
  void load(Sequences sequences) {
    int steps = shape.steps();
    int batch = shape.batch();
    int rows = shape.sequence().batch();
    for (int row = 0; row < batch; row++) {
      int count = 0;
      for (int turn = 0; turn < steps; turn++) {
        int time = reverse ? steps - 1 - turn : turn;
        boolean taken = sequences == null || (row < rows && sequences.isValid(time * rows + row));
        if (taken) {
          visited.set(count * batch + row, time * batch + row);
          count++;
        }
        boolean seen = taken || (maskedOutput == MaskedOutput.HOLD && count > 0);
        int output = keepReversed ? turn : time;
        shown.set(output * batch + row, seen ? count * batch + row : NOWHERE);
      }
      shown.set(steps * batch + row, count * batch + row);
      for (int turn = count; turn < steps; turn++) {
        visited.set(turn * batch + row, NOWHERE);
      }
    }
  }

  /**
   * Says in which steps of the walk, as it is now, something is read.
   *
   * @param sequences of the user's shape, or null if nothing is padding but whole rows
   */
  void loadTaken(Sequences sequences) {
    int batch = shape.batch();
    int rows = shape.sequence().batch();
    boolean tokens = sequences != null && sequences.vectors().isEmpty();
    for (int place = 0; place < shape.positions(); place++) {
      int position = visited.get(place);
      int row = place % batch;
      boolean isRead =
          position >= 0
              && row < rows
              && (!tokens || sequences.token(position / batch * rows + row) >= 0);
      taken.set(place, isRead ? place : NOWHERE);
    }
  }

  /**
   * How many steps the walk has taken when it leaves a position behind, as the order is now: in
   * that many it {@link #takes} the position itself, or it has passed it over.
   *
   * @return [T][N]
   */
  int[] stepsTaken() {
    int steps = shape.steps();
    int rows = shape.sequence().batch();
    int[] counts = new int[steps * rows];
    for (int row = 0; row < rows; row++) {
      int count = 0;
      for (int turn = 0; turn < steps; turn++) {
        int time = reverse ? steps - 1 - turn : turn;
        count += count < steps && visits(count, time, row) ? 1 : 0;
        counts[time * rows + row] = count;
      }
    }
    return counts;
  }

  /** Whether a walk that has taken some steps behind a position has taken it, too. */
  boolean takes(int position, int stepsTaken) {
    int rows = shape.sequence().batch();
    return stepsTaken > 0 && visits(stepsTaken - 1, position / rows, position % rows);
  }

  private boolean visits(int step, int time, int row) {
    return visited.get(step * shape.batch() + row) == time * shape.batch() + row;
  }

  /**
   * Puts token ids into the order of the walk.
   *
   * @param tokens of the user's shape
   * @param arranged out, [T][batch] or more
   */
  void arrange(Sequences tokens, IntArray arranged) {
    int batch = shape.batch();
    int rows = shape.sequence().batch();
    for (int place = 0; place < shape.positions(); place++) {
      int position = visited.get(place);
      int row = place % batch;
      boolean known = position >= 0 && row < rows;
      arranged.set(place, known ? tokens.token(position / batch * rows + row) : NOWHERE);
    }
  }
}
