package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twin of {@link org.tornadogru.kernels.Transposition} as work-groups: a square of 16 × 16, which
 * lies in one piece in both matrices, is turned in local memory.
 */
final class GroupTransposition {

  private static final int SQUARE = Tiles.LANES * Tiles.LANES;

  /** A float more in each row, so that a column is in as many banks. */
  private static final int STRIDE = Tiles.LANES + 1;

  private GroupTransposition() {}

  /** Twin of {@link org.tornadogru.kernels.Transposition#transpose}. */
  static Launch transpose(
      String id,
      FloatArray parameters,
      FloatArray transposed,
      int weightsAt,
      int rows,
      int columns) {
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupTransposition::transposeSquare,
            new KernelContext(),
            parameters,
            transposed,
            weightsAt,
            rows,
            columns),
        columns / Tiles.LANES,
        rows / Tiles.LANES,
        SQUARE,
        Tiles.LANES * STRIDE);
  }

  static void transposeSquare(
      KernelContext context,
      FloatArray parameters,
      FloatArray transposed,
      int weightsAt,
      int rows,
      int columns) {
    float[] local = context.allocateFloatLocalArray(Tiles.LANES * STRIDE);
    int item = context.localIdx;
    int line = item / Tiles.LANES;
    int lane = item % Tiles.LANES;
    int firstColumn = context.groupIdx * Tiles.LANES;
    int firstRow = context.groupIdy * Tiles.LANES;
    local[line * STRIDE + lane] =
        parameters.get(weightsAt + Tiles.at(firstRow, firstColumn, rows + 1) + item);
    context.localBarrier();
    transposed.set(Tiles.at(firstColumn, firstRow, columns) + item, local[lane * STRIDE + line]);
  }
}
