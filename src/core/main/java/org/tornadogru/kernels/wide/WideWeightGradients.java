package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of {@link org.tornadogru.kernels.WeightGradients} for CPU OpenCL devices: outer products of
 * eight inputs and one tile of gradients, summed in registers over a few positions at a time. The
 * rows of the gradients lie a power of two apart, so that a column of them falls into few cache
 * sets: more positions would not stay in cache until the next eight inputs need them.
 */
final class WideWeightGradients {

  /** Positions summed before the next rows. */
  private static final int CHUNK = 32;

  private WideWeightGradients() {}

  /** Twin of {@link org.tornadogru.kernels.WeightGradients#affine}, a slice of a tile per block. */
  static void affine(
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
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      int tiles = columns / Tiles.LANES;
      int blocks = slices * tiles;
      for (int block = WideGroups.first(item, blocks);
          block < WideGroups.end(item, blocks);
          block++) {
        int slice = block / tiles;
        int tile = block - slice * tiles;
        int tileAt = (slice * size + partialsAt) / Tiles.LANES + tile * (rows + 1);
        int gradientAt = gradientsAt / Tiles.LANES + tile;
        int begin = slice * sliceLength;
        int from = begin < positions ? begin : positions;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        for (int row = 0; row <= rows; row++) {
          WideLanes.store(partials, tileAt + row, WideLanes.fill(0f));
        }
        for (int start = from; start < to; start += CHUNK) {
          int end = start + CHUNK < to ? start + CHUNK : to;
          addBias(
              gradients,
              gradientAt,
              gradientStride / Tiles.LANES,
              partials,
              tileAt + rows,
              start,
              end);
          int firstGradientAt = gradientAt + start * (gradientStride / Tiles.LANES);
          for (int row = 0; row < rows; row += WideProduct.ROWS) {
            WideProduct.addStrided(
                inputs,
                inputsAt + start * inputStride + row,
                1,
                inputStride,
                gradients,
                firstGradientAt,
                gradientStride / Tiles.LANES,
                end - start,
                partials,
                tileAt + row,
                1);
          }
        }
      }
    }
  }

  private static void addBias(
      FloatArray gradients,
      int gradientsAt,
      int gradientStride,
      FloatArray sums,
      int sumAt,
      int from,
      int to) {
    Float16 sum = WideLanes.load(sums, sumAt);
    for (int position = from; position < to; position++) {
      sum = Float16.add(sum, WideLanes.load(gradients, gradientsAt + position * gradientStride));
    }
    WideLanes.store(sums, sumAt, sum);
  }

  /** Twin of {@link org.tornadogru.kernels.WeightGradients#lookUp}, a slice of a gate per block. */
  static void lookUp(
      IntArray tokens,
      FloatArray gateGradients,
      FloatArray partials,
      int partialsAt,
      int size,
      int positions,
      int vocabulary,
      int hidden,
      int slices,
      int sliceLength) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      int tiles = hidden / Tiles.LANES;
      for (int block = WideGroups.first(item, 3 * slices);
          block < WideGroups.end(item, 3 * slices);
          block++) {
        int slice = block / 3;
        int gate = block - slice * 3;
        int first = (slice * size + partialsAt) / Tiles.LANES + gate * tiles;
        for (int row = 0; row <= vocabulary; row++) {
          for (int tile = 0; tile < tiles; tile++) {
            WideLanes.store(partials, first + row * 3 * tiles + tile, WideLanes.fill(0f));
          }
        }
        int begin = slice * sliceLength;
        int from = begin < positions ? begin : positions;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        for (int position = from; position < to; position++) {
          int token = tokens.get(position);
          int rowAt = first + (token < 0 ? 0 : token) * 3 * tiles;
          int biasAt = first + vocabulary * 3 * tiles;
          int gradientAt = (position * 4 + gate) * tiles;
          for (int tile = 0; tile < tiles; tile++) {
            Float16 gradient = WideLanes.load(gateGradients, gradientAt + tile);
            Float16 row = WideLanes.load(partials, rowAt + tile);
            Float16 bias = WideLanes.load(partials, biasAt + tile);
            WideLanes.store(partials, rowAt + tile, Float16.add(row, gradient));
            WideLanes.store(partials, biasAt + tile, Float16.add(bias, gradient));
          }
        }
      }
    }
  }
}
