package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of {@link WeightGradients} for CPU OpenCL devices: outer products of eight inputs and one
 * tile of gradients, summed over a slice's positions in registers.
 */
final class WideWeightGradients {

  private WideWeightGradients() {}

  /** Twin of {@link WeightGradients#affine}; the bias is one more block of rows. */
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
    for (@Parallel int entry = 0; entry < WideGroups.ITEMS; entry++) {
      for (int item = WideGroups.first(entry, slices * (rows / 8 + 1));
          item < slices * (rows / 8 + 1);
          item += WideGroups.GROUPS) {
        int slice = item / (rows / 8 + 1);
        int row = (item - slice * (rows / 8 + 1)) * 8;
        int from = slice * sliceLength;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        for (int tile = 0; tile < columns / Tiles.LANES; tile++) {
          int outAt = (slice * size + partialsAt) / Tiles.LANES + tile * (rows + 1) + row;
          int gradientAt = gradientsAt / Tiles.LANES + tile;
          if (row < rows) {
            outerProducts(
                inputs,
                inputsAt + row,
                inputStride,
                gradients,
                gradientAt,
                gradientStride / Tiles.LANES,
                partials,
                outAt,
                from,
                to);
          } else {
            Float16 sum = WideLanes.fill(0f);
            for (int position = from; position < to; position++) {
              sum =
                  Float16.add(
                      sum,
                      WideLanes.load(
                          gradients, gradientAt + position * (gradientStride / Tiles.LANES)));
            }
            WideLanes.store(partials, outAt, sum);
          }
        }
      }
    }
  }

  private static void outerProducts(
      FloatArray inputs,
      int inputsAt,
      int inputStride,
      FloatArray gradients,
      int gradientsAt,
      int gradientStride,
      FloatArray sums,
      int sumsAt,
      int from,
      int to) {
    Float16 sum0 = WideLanes.fill(0f);
    Float16 sum1 = WideLanes.fill(0f);
    Float16 sum2 = WideLanes.fill(0f);
    Float16 sum3 = WideLanes.fill(0f);
    Float16 sum4 = WideLanes.fill(0f);
    Float16 sum5 = WideLanes.fill(0f);
    Float16 sum6 = WideLanes.fill(0f);
    Float16 sum7 = WideLanes.fill(0f);
    for (int position = from; position < to; position++) {
      Float16 gradient = WideLanes.load(gradients, gradientsAt + position * gradientStride);
      int at = inputsAt + position * inputStride;
      sum0 = WideLanes.addProduct(sum0, inputs.get(at), gradient);
      sum1 = WideLanes.addProduct(sum1, inputs.get(at + 1), gradient);
      sum2 = WideLanes.addProduct(sum2, inputs.get(at + 2), gradient);
      sum3 = WideLanes.addProduct(sum3, inputs.get(at + 3), gradient);
      sum4 = WideLanes.addProduct(sum4, inputs.get(at + 4), gradient);
      sum5 = WideLanes.addProduct(sum5, inputs.get(at + 5), gradient);
      sum6 = WideLanes.addProduct(sum6, inputs.get(at + 6), gradient);
      sum7 = WideLanes.addProduct(sum7, inputs.get(at + 7), gradient);
    }
    WideLanes.store(sums, sumsAt, sum0);
    WideLanes.store(sums, sumsAt + 1, sum1);
    WideLanes.store(sums, sumsAt + 2, sum2);
    WideLanes.store(sums, sumsAt + 3, sum3);
    WideLanes.store(sums, sumsAt + 4, sum4);
    WideLanes.store(sums, sumsAt + 5, sum5);
    WideLanes.store(sums, sumsAt + 6, sum6);
    WideLanes.store(sums, sumsAt + 7, sum7);
  }

  /** Twin of {@link WeightGradients#lookUp}. */
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
    for (@Parallel int entry = 0; entry < WideGroups.ITEMS; entry++) {
      for (int item = WideGroups.first(entry, slices * (3 * hidden / Tiles.LANES));
          item < slices * (3 * hidden / Tiles.LANES);
          item += WideGroups.GROUPS) {
        int tiles = 3 * hidden / Tiles.LANES;
        int slice = item / tiles;
        int tile = item - slice * tiles;
        int first = (slice * size + partialsAt) / Tiles.LANES + tile;
        for (int row = 0; row < vocabulary; row++) {
          WideLanes.store(partials, first + row * tiles, WideLanes.fill(0f));
        }
        int from = slice * sliceLength;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        Float16 sum = WideLanes.fill(0f);
        for (int position = from; position < to; position++) {
          Float16 gradient =
              WideLanes.load(gateGradients, position * (4 * hidden / Tiles.LANES) + tile);
          int token = tokens.get(position);
          int row = first + (token < 0 ? 0 : token) * tiles;
          WideLanes.store(partials, row, Float16.add(WideLanes.load(partials, row), gradient));
          sum = Float16.add(sum, gradient);
        }
        WideLanes.store(partials, first + vocabulary * tiles, sum);
      }
    }
  }
}
