package org.tornadogru.kernels.workgroup;

import java.util.List;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twins of {@link org.tornadogru.kernels.LinearLayer} and {@link
 * org.tornadogru.kernels.WeightGradients#affine} as work-groups, a {@link ProductTile} each. They
 * are one product, whose terms are features or positions.
 */
final class GroupProduct {

  private GroupProduct() {}

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linear}. */
  static List<Launch> linear(
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
        (rows + 1) * Tiles.LANES,
        0,
        0,
        positions,
        columns,
        rows,
        1,
        rows,
        0);
  }

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linearBackward}. */
  static List<Launch> linearBackward(
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
        columns * Tiles.LANES,
        0,
        0,
        positions,
        rows,
        columns,
        1,
        columns,
        0);
  }

  /** Twin of {@link org.tornadogru.kernels.WeightGradients#affine}. */
  static List<Launch> affine(
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
    return launch(
        id,
        inputs,
        gradients,
        partials,
        inputsAt,
        inputStride,
        gradientsAt,
        gradientStride,
        partialsAt,
        size,
        rows,
        columns,
        positions,
        slices,
        sliceLength,
        1);
  }

  private static List<Launch> launch(
      String id,
      FloatArray left,
      FloatArray right,
      FloatArray result,
      int leftAt,
      int leftStride,
      int rightAt,
      int rightStride,
      int resultAt,
      int size,
      int rows,
      int columns,
      int terms,
      int slices,
      int sliceLength,
      int overPositions) {
    ProductTile tile = ProductTile.of(rows, columns, slices);
    Launch product =
        new Launch.Groups(
            new TaskPackage(
                id,
                GroupProduct::product,
                new KernelContext(),
                left,
                right,
                result,
                leftAt,
                leftStride,
                rightAt,
                rightStride,
                resultAt,
                size,
                rows,
                columns,
                terms,
                sliceLength,
                tile.rows(),
                tile.columns(),
                tile.high(),
                tile.wide(),
                overPositions),
            tile.across(columns) * tile.down(rows),
            slices,
            tile.items(),
            tile.localFloats());
    return List.of(product);
  }

  /**
   * A matrix product. What differs, by {@code overPositions}, is where an element lies:
   *
   * <pre>
   *            left (row, term)        right (term, column)             result (row, column)
   *   0        row · stride + term     column / 16 · stride + term · 16  row · columns + column
   *   1        term · stride + row     term · stride + column           in tiles, [columns / 16][rows + 1][16]
   * </pre>
   *
   * and the bias: 0 begins the sums with the row that may follow the terms on the right, 1 adds a
   * row to the result, the sums of the right's columns, which groups of the first rows make of what
   * is in local memory anyway.
   *
   * @param result out, for each slice of the terms at {@code resultAt + slice · size}
   * @param sliceLength terms per slice; the last slices may be shorter or empty
   * @param tileRows of the {@link ProductTile}, as the next three
   */
  static void product(
      KernelContext context,
      FloatArray left,
      FloatArray right,
      FloatArray result,
      int leftAt,
      int leftStride,
      int rightAt,
      int rightStride,
      int resultAt,
      int size,
      int rows,
      int columns,
      int terms,
      int sliceLength,
      int tileRows,
      int tileColumns,
      int high,
      int wide,
      int overPositions) {
    int localStride = tileRows + ProductTile.PADDING;
    int localRight = ProductTile.DEPTH * localStride;
    float[] local = context.allocateFloatLocalArray(localRight + ProductTile.DEPTH * tileColumns);
    float[] sums = new float[high * wide];
    int item = context.localIdx;
    int itemsAcross = tileColumns / wide;
    int items = tileRows / high * itemsAcross;
    int tilesAcross = (columns + tileColumns - 1) / tileColumns;
    int firstRow = context.groupIdx / tilesAcross * tileRows;
    int firstColumn = context.groupIdx % tilesAcross * tileColumns;
    int blockRow = item / itemsAcross * high;
    int blockColumn = item % itemsAcross;
    int start = context.groupIdy * sliceLength;
    int end = start + sliceLength < terms ? start + sliceLength : terms;

    int leftRow = overPositions == 1 ? 1 : leftStride;
    int leftTerm = overPositions == 1 ? leftStride : 1;
    int rightTile = overPositions == 1 ? Tiles.LANES : rightStride;
    int rightTerm = overPositions == 1 ? rightStride : Tiles.LANES;
    int resultRow = overPositions == 1 ? Tiles.LANES : columns;
    int resultTile = overPositions == 1 ? (rows + 1) * Tiles.LANES : Tiles.LANES;
    int beginsWithBias = overPositions == 1 ? 0 : rightStride - terms * Tiles.LANES;
    for (int j = 0; j < wide; j++) {
      int wanted = firstColumn + blockColumn + j * itemsAcross;
      int column = wanted < columns ? wanted : 0;
      int biasAt =
          rightAt + column / Tiles.LANES * rightTile + terms * rightTerm + column % Tiles.LANES;
      float bias = beginsWithBias > 0 ? right.get(biasAt) : 0f;
      for (int i = 0; i < high; i++) {
        sums[i * wide + j] = bias;
      }
    }
    int biasItems = overPositions == 1 ? (firstRow == 0 ? tileColumns : 0) : 0;
    float sumOfColumn = 0f;
    for (int begin = start; begin < end; begin += ProductTile.DEPTH) {
      for (int turn = 0; turn < tileRows * ProductTile.DEPTH / items; turn++) {
        int element = turn * items + item;
        int tileRow = overPositions == 1 ? element % tileRows : element / ProductTile.DEPTH;
        int k = overPositions == 1 ? element / tileRows : element % ProductTile.DEPTH;
        int row = firstRow + tileRow < rows ? firstRow + tileRow : rows - 1;
        int term = begin + k < end ? begin + k : start;
        local[k * localStride + tileRow] = left.get(leftAt + row * leftRow + term * leftTerm);
      }
      for (int turn = 0; turn < tileColumns * ProductTile.DEPTH / items; turn++) {
        int element = turn * items + item;
        int lane = element % Tiles.LANES;
        int tile =
            overPositions == 1
                ? element % tileColumns / Tiles.LANES
                : element / (Tiles.LANES * ProductTile.DEPTH);
        int k =
            overPositions == 1 ? element / tileColumns : element / Tiles.LANES % ProductTile.DEPTH;
        int wanted = firstColumn + tile * Tiles.LANES;
        int column = wanted < columns ? wanted : 0;
        int term = begin + k < end ? begin + k : start;
        local[localRight + k * tileColumns + tile * Tiles.LANES + lane] =
            right.get(rightAt + column / Tiles.LANES * rightTile + term * rightTerm + lane);
      }
      context.localBarrier();
      int present = begin + ProductTile.DEPTH < end ? ProductTile.DEPTH : end - begin;
      for (int k = 0; k < present; k++) {
        for (int i = 0; i < high; i++) {
          float factor = local[k * localStride + blockRow + i];
          for (int j = 0; j < wide; j++) {
            sums[i * wide + j] +=
                factor * local[localRight + k * tileColumns + blockColumn + j * itemsAcross];
          }
        }
        if (item < biasItems) {
          sumOfColumn += local[localRight + k * tileColumns + item];
        }
      }
      context.localBarrier();
    }

    int first = resultAt + context.groupIdy * size;
    for (int j = 0; j < wide; j++) {
      int column = firstColumn + blockColumn + j * itemsAcross;
      int columnAt = first + column / Tiles.LANES * resultTile + column % Tiles.LANES;
      int lastRow = column < columns ? rows : 0;
      for (int i = 0; i < high; i++) {
        int row = firstRow + blockRow + i;
        if (row < lastRow) {
          result.set(columnAt + row * resultRow, sums[i * wide + j]);
        }
      }
    }
    int biasColumn = firstColumn + item;
    int lastItem = biasColumn < columns ? biasItems : 0;
    if (item < lastItem) {
      result.set(first + Tiles.at(rows, biasColumn, rows + 1), sumOfColumn);
    }
  }
}
