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
 *
 * A matrix begins where it did, so that the layout of a model is the same; its tiles follow each
 * other closely, so that what is read is half as many lines of a cache in a row.
 */
final class BrainFloats {

  static final int HALF = 16;
  static final int UPPER = 0xffff0000;

  private BrainFloats() {}

  /** Packs weights that are rounded to bfloat16; the rows are an even number. */
  static void pack(FloatArray parameters, int matrixAt, int rows, int columns) {
    int at = matrixAt; // never ahead of what is read
    for (int tile = 0; tile < columns / Tiles.LANES; tile++) {
      int tileAt = matrixAt + tile * (rows + 1) * Tiles.LANES;
      for (int row = 0; row < rows; row += 2) {
        int firstAt = tileAt + row * Tiles.LANES;
        for (int lane = 0; lane < Tiles.LANES; lane++) {
          int first = Float.floatToRawIntBits(parameters.get(firstAt + lane));
          int second = Float.floatToRawIntBits(parameters.get(firstAt + Tiles.LANES + lane));
          parameters.set(at++, Float.intBitsToFloat((first >>> HALF) | (second & UPPER)));
        }
      }
      for (int lane = 0; lane < Tiles.LANES; lane++) {
        parameters.set(at++, parameters.get(tileAt + rows * Tiles.LANES + lane));
      }
    }
  }

  /** Several rows have a block of products, which reads no pairs. */
  static void requireOne(int rows) {
    if (rows != 1) {
      throw new IllegalArgumentException("pairs of weights are read by one row, not " + rows);
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
