package org.tornadogru.graph;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a walk's kernels read and write.
 *
 * @param keepsGates whether a backward pass will want the gates of every step
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
    boolean keepsGates = shared.use().backward();
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
}
