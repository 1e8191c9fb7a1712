package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twin of {@link org.tornadogru.kernels.WeightGradients#affine} as work-groups: a {@link
 * ProductTile} of each slice, whose terms are positions.
 */
final class GroupWeightGradients {

  private GroupWeightGradients() {}

  /** Twin of {@link org.tornadogru.kernels.WeightGradients#affine}. */
  static Launch affine(
      String id,
      FloatArray inputs,
      FloatArray gradients,
      FloatArray partials,
      int inputsAt,
      int inputStride,
      int gradientsAt,
      int gradientStride,
      int partialsAt,
      int size,
      int positions,
      int rows,
      int columns,
      int slices,
      int sliceLength) {
    ProductTile tile = ProductTile.of(rows, columns, slices);
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupWeightGradients::affineTile,
            new KernelContext(),
            inputs,
            gradients,
            partials,
            inputsAt,
            inputStride,
            gradientsAt,
            gradientStride,
            partialsAt,
            size,
            positions,
            rows,
            columns,
            sliceLength,
            tile.rows(),
            tile.columns(),
            tile.block()),
        tile.across(columns) * tile.down(rows),
        slices,
        tile.items(),
        tile.localFloats());
  }

  /**
   * The groups of the first rows sum the bias besides, from what is in local memory anyway.
   *
   * @param tileRows of the {@link ProductTile}, as the next two
   */
  static void affineTile(
      KernelContext context,
      FloatArray inputs,
      FloatArray gradients,
      FloatArray partials,
      int inputsAt,
      int inputStride,
      int gradientsAt,
      int gradientStride,
      int partialsAt,
      int size,
      int positions,
      int rows,
      int columns,
      int sliceLength,
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
    int tilesAcross = (columns + tileColumns - 1) / tileColumns;
    int firstRow = context.groupIdx / tilesAcross * tileRows;
    int firstColumn = context.groupIdx % tilesAcross * tileColumns;
    int row = item / itemsAcross * block;
    int column = item % itemsAcross * ProductTile.COLUMNS;
    int start = context.groupIdy * sliceLength;
    int end = start + sliceLength < positions ? start + sliceLength : positions;
    int biasItems = firstRow == 0 ? tileColumns : 0;
    float bias = 0f;

    for (int i = 0; i < block * ProductTile.COLUMNS; i++) {
      sums[i] = 0f;
    }
    for (int begin = start; begin < end; begin += ProductTile.DEPTH) {
      for (int turn = 0; turn < tileRows * ProductTile.DEPTH / items; turn++) {
        int element = turn * items + item;
        int position = begin + element / tileRows;
        int known = position < end ? position : start;
        int wanted = firstRow + element % tileRows;
        int inputRow = wanted < rows ? wanted : rows - 1;
        float input = inputs.get(inputsAt + known * inputStride + inputRow);
        local[element / tileRows * stride + element % tileRows] = position < end ? input : 0f;
      }
      for (int turn = 0; turn < tileColumns * ProductTile.DEPTH / items; turn++) {
        int element = turn * items + item;
        int position = begin + element / tileColumns;
        int known = position < end ? position : start;
        int wanted = firstColumn + element % tileColumns;
        int gradientColumn = wanted < columns ? wanted : columns - 1;
        float gradient = gradients.get(gradientsAt + known * gradientStride + gradientColumn);
        local[rightLocal + element] = position < end ? gradient : 0f;
      }
      context.localBarrier();
      ProductTile.addTerms(local, row, stride, rightLocal + column, tileColumns, sums, block);
      if (item < biasItems) {
        for (int k = 0; k < ProductTile.DEPTH; k++) {
          bias += local[rightLocal + k * tileColumns + item];
        }
      }
      context.localBarrier();
    }
    int first = context.groupIdy * size + partialsAt;
    int lastRow = firstColumn + column < columns ? rows : 0;
    for (int i = 0; i < block; i++) {
      int inputRow = firstRow + row + i;
      if (inputRow < lastRow) {
        int at = first + Tiles.at(inputRow, firstColumn + column, rows + 1);
        for (int j = 0; j < ProductTile.COLUMNS; j++) {
          partials.set(at + j, sums[i * ProductTile.COLUMNS + j]);
        }
      }
    }
    int biasEnd = firstColumn + item < columns ? biasItems : 0;
    if (item < biasEnd) {
      partials.set(first + Tiles.at(rows, firstColumn + item, rows + 1), bias);
    }
  }
}
