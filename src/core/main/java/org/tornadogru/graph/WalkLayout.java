package org.tornadogru.graph;

import org.tornadogru.nn.Parameter;

/**
 * Where the parameters of one walk lie, a layer in one direction, in the array of all parameters.
 *
 * @param layer counted from 0
 * @param walk counted from 0 in its layer
 * @param reverse whether the walk begins at the last step
 * @param lookUp whether a token picks a row of the input weights, so that they are row-major
 * @param inputs rows of the input weights without their bias: token ids, or features padded to
 *     whole tiles
 * @param inputAt floats before W_i and b_i, [inputs + 1][3H] if looked up, otherwise in tiles, [3H
 *     / 16][inputs + 1][16]
 * @param recurrentAt floats before W_h and b_h, in tiles, [3H / 16][H + 1][16]
 */
public record WalkLayout(
    int layer,
    int walk,
    boolean reverse,
    boolean lookUp,
    int inputs,
    int inputAt,
    int recurrentAt) {
  /** The end of the names of its parameters and tasks, for example {@code _l1_reverse}. */
  String suffix() {
    return Parameter.suffix(layer, reverse);
  }
}
