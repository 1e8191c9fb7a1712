package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twins of {@link org.tornadogru.kernels.LinearLayer} as work-groups, each with a {@link
 * ProductTile}.
 */
final class GroupProduct {

  private GroupProduct() {}

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linear}. */
  static Launch linear(
      String id,
      FloatArray inputs,
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int positions,
      int first,
      int rows,
      int columns) {
    return launch(
        id,
        inputs,
        parameters,
        outputs,
        first * rows,
        rows,
        weightsAt,
        rows + 1,
        positions,
        rows,
        columns);
  }

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linearBackward}. */
  static Launch linearBackward(
      String id,
      FloatArray outputGradients,
      FloatArray transposed,
      FloatArray inputGradients,
      int positions,
      int rows,
      int columns,
      int stride) {
    return launch(
        id,
        outputGradients,
        transposed,
        inputGradients,
        0,
        stride,
        0,
        columns,
        positions,
        columns,
        rows);
  }

  private static Launch launch(
      String id,
      FloatArray left,
      FloatArray right,
      FloatArray outputs,
      int leftAt,
      int leftStride,
      int rightAt,
      int height,
      int positions,
      int depth,
      int columns) {
    ProductTile tile = ProductTile.of(positions, columns, 1);
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupProduct::product,
            new KernelContext(),
            left,
            right,
            outputs,
            leftAt,
            leftStride,
            rightAt,
            height,
            positions,
            depth,
            columns,
            tile.rows(),
            tile.columns(),
            tile.block()),
        tile.across(columns),
        tile.down(positions),
        tile.items(),
        tile.localFloats());
  }

  /**
   *
   *
   * <pre>
   *   y[p] = x[p] W (+ b)
   * </pre>
   *
   * @param left x of position p is [depth] at {@code leftAt + p · leftStride}
   * @param right at {@code rightAt} W in tiles, [columns / 16][height][16]
   * @param outputs y, [positions][columns]
   * @param height depth, or one more if the bias follows the weights
   * @param tileRows of the {@link ProductTile}, as the next two
   */
  static void product(
      KernelContext context,
      FloatArray left,
      FloatArray right,
      FloatArray outputs,
      int leftAt,
      int leftStride,
      int rightAt,
      int height,
      int positions,
      int depth,
      int columns,
      int tileRows,
      int tileColumns,
      int block) {
    int stride = tileRows + ProductTile.PADDING;
    int rightLocal = ProductTile.DEPTH * stride;
    float[] local = context.allocateFloatLocalArray(rightLocal + ProductTile.DEPTH * tileColumns);
    float[] sums = new float[block * ProductTile.COLUMNS];
    int item = context.localIdx;
    int itemsAcross = tileColumns / ProductTile.COLUMNS;
    int items = tileRows / block * itemsAcross;
    int row = item / itemsAcross * block;
    int column = item % itemsAcross * ProductTile.COLUMNS;
    int firstPosition = context.groupIdy * tileRows;
    int firstColumn = context.groupIdx * tileColumns;
    int lastTile = columns / Tiles.LANES - 1;

    for (int i = 0; i < block; i++) {
      for (int j = 0; j < ProductTile.COLUMNS; j++) {
        int biasTile = (firstColumn + column) / Tiles.LANES;
        int known = biasTile < lastTile ? biasTile : lastTile;
        int biasAt = rightAt + (known * height + depth) * Tiles.LANES;
        sums[i * ProductTile.COLUMNS + j] =
            height > depth ? right.get(biasAt + column % Tiles.LANES + j) : 0f;
      }
    }
    for (int begin = 0; begin < depth; begin += ProductTile.DEPTH) {
      for (int turn = 0; turn < tileRows * ProductTile.DEPTH / items; turn++) {
        int element = turn * items + item;
        int k = element % ProductTile.DEPTH;
        int tileRow = element / ProductTile.DEPTH;
        int position = firstPosition + tileRow;
        int known = position < positions ? position : positions - 1;
        local[k * stride + tileRow] = left.get(leftAt + known * leftStride + begin + k);
      }
      for (int turn = 0; turn < tileColumns * ProductTile.DEPTH / items; turn++) {
        int element = turn * items + item;
        int lane = element % Tiles.LANES;
        int k = element / Tiles.LANES % ProductTile.DEPTH;
        int tile = element / (Tiles.LANES * ProductTile.DEPTH);
        int wanted = firstColumn / Tiles.LANES + tile;
        int known = wanted < lastTile ? wanted : lastTile;
        local[rightLocal + k * tileColumns + tile * Tiles.LANES + lane] =
            right.get(rightAt + (known * height + begin + k) * Tiles.LANES + lane);
      }
      context.localBarrier();
      ProductTile.addTerms(local, row, stride, rightLocal + column, tileColumns, sums, block);
      context.localBarrier();
    }
    int end = firstColumn + column < columns ? positions : 0;
    for (int i = 0; i < block; i++) {
      int position = firstPosition + row + i;
      if (position < end) {
        for (int j = 0; j < ProductTile.COLUMNS; j++) {
          outputs.set(
              position * columns + firstColumn + column + j, sums[i * ProductTile.COLUMNS + j]);
        }
      }
    }
  }
}
