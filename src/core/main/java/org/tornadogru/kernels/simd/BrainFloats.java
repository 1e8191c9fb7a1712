package org.tornadogru.kernels.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Weights in bfloat16, the upper half of a float, two to a float: in a tile's column those of rows
 * k and k + 1, the first one below.
 *
 * <pre>
 *   [columns / 16][rows + 1][16]  ──▶  [columns / 16][rows / 2 + 1][16]      the bias last, as it is
 * </pre>
 */
final class BrainFloats {

  private static final int HALF = 16;
  private static final int UPPER = 0xffff0000;

  private BrainFloats() {}

  /** As {@link org.tornadogru.kernels.TextGeneration.Pairs} says; the rows are an even number. */
  static void pack(FloatArray weights, int from, int to, int rows, FloatArray packed) {
    int at = 0;
    for (int tile = from; tile < to; tile += (rows + 1) * Tiles.LANES) {
      for (int row = 0; row < rows; row += 2) {
        for (int lane = 0; lane < Tiles.LANES; lane++) {
          int first = Float.floatToRawIntBits(weights.get(tile + row * Tiles.LANES + lane));
          int second = Float.floatToRawIntBits(weights.get(tile + (row + 1) * Tiles.LANES + lane));
          packed.set(at++, Float.intBitsToFloat((first >>> HALF) | (second & UPPER)));
        }
      }
      for (int lane = 0; lane < Tiles.LANES; lane++) {
        packed.set(at++, weights.get(tile + rows * Tiles.LANES + lane));
      }
    }
  }

  /** Weights of the even rows. */
  static FloatVector first(FloatVector pair) {
    return pair.reinterpretAsInts().lanewise(VectorOperators.LSHL, HALF).reinterpretAsFloats();
  }

  /** Weights of the odd rows. */
  static FloatVector second(FloatVector pair) {
    return pair.reinterpretAsInts().and(UPPER).reinterpretAsFloats();
  }
}
