package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What becomes of each matrix before a set's kernels read it. */
@FunctionalInterface
public interface Packing {

  /** It stays as it is, a weight in each float. */
  Packing NONE = (parameters, at, rows, columns) -> {};

  /**
   * Packs a matrix where it is, in no more floats than it has.
   *
   * @param parameters in and out, at {@code at} the matrix in tiles, [columns / 16][rows + 1][16],
   *     the bias last
   */
  void pack(FloatArray parameters, int at, int rows, int columns);
}
