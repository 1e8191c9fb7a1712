package org.tornadogru.graph;

import java.util.List;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a walk's kernels read and write.
 *
 * @param keepsGates whether somebody will want the gates of every step
 * @param rows [T][batch] or more: the row of {@code table} that each step takes, negative if none
 * @param table input products plus bias: [V][3H] for one-hot tokens, otherwise [T · batch][3H]
 * @param initialState [batch][H]
 * @param states [T + 1][batch][H], in the order of the walk
 * @param gates [T][batch][4H]: r, z, n, q; or [batch][4H] if they are not kept
 */
record WalkBuffers(
    ModelLayout layout,
    WalkLayout walk,
    DeviceShape shape,
    boolean keepsGates,
    IntArray rows,
    FloatArray table,
    FloatArray initialState,
    FloatArray states,
    FloatArray gates) {

  static WalkBuffers of(GruStage.Shared shared, WalkLayout walk) {
    ModelLayout layout = shared.layout();
    DeviceShape shape = shared.shape();
    int batch = shape.batch();
    int hidden = layout.hidden();
    boolean keepsGates = shared.use().backward() || shared.use().gates();
    return new WalkBuffers(
        layout,
        walk,
        shape,
        keepsGates,
        walk.lookUp() ? shared.tokens().get(walk.walk()) : shared.orders().get(walk.walk()).taken,
        shape.floats(walk.lookUp() ? walk.inputs() : shape.positions(), layout.gateColumns()),
        shape.floats(batch, hidden),
        shape.floats((shape.steps() + 1L) * batch, hidden),
        shape.floats(keepsGates ? shape.positions() : batch, 4L * hidden));
  }

  /** A task's name in this walk. */
  String name(String task) {
    return task + walk.suffix();
  }

  /** Floats from the gates of a step to those of the next. */
  int gateStride() {
    return keepsGates ? shape.batch() * 4 * layout.hidden() : 0;
  }

  /** The gates of the last execution, if they are kept, and on the host like the states. */
  Gates read(WalkOrder order) {
    int[] taken = order.stepsTaken();
    Tensor ended = tensor("states", (position, unit) -> state(taken[position], position, unit));
    return new Gates(
        walk.layer(),
        walk.reverse(),
        gate("reset gates", 0, 0f, order, taken),
        gate("update gates", 1, 1f, order, taken),
        gate("candidates", 2, 0f, order, taken),
        ended);
  }

  /** One of r, z, n, or {@code idle} where the walk stands still. */
  private Tensor gate(String name, int index, float idle, WalkOrder order, int[] taken) {
    int hidden = layout.hidden();
    return tensor(
        name,
        (position, unit) ->
            order.takes(position, taken[position])
                ? gates.get((4 * row(taken[position] - 1, position) + index) * hidden + unit)
                : idle);
  }

  private float state(int taken, int position, int unit) {
    return states.get(row(taken, position) * layout.hidden() + unit);
  }

  /** Of a buffer that has a row for each step of the walk. */
  private int row(int turn, int position) {
    return turn * shape.batch() + position % shape.sequence().batch();
  }

  /** A value of a unit at a position of the user's shape. */
  @FunctionalInterface
  private interface Values {
    float at(int position, int unit);
  }

  private Tensor tensor(String name, Values values) {
    int units = layout.config().hiddenSize(walk.layer());
    return Tensor.of(
        name,
        List.of(shape.steps(), shape.sequence().batch(), units),
        place -> values.at(place / units, place % units));
  }
}
