package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of {@link WeightGradients} for CPU OpenCL devices: outer products of eight inputs and one
 * tile of gradients, summed over a slice's positions in registers.
 */
final class WideWeightGradients {

  private WideWeightGradients() {}

  /** Twin of {@link WeightGradients#affine}; the bias is one more block of rows. */
  static void affine(
      VectorFloat16 inputs,
      VectorFloat16 gradients,
      VectorFloat16 partials,
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
    for (@Parallel int item = 0; item < slices * (rows / 8 + 1); item++) {
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
                    sum, gradients.get(gradientAt + position * (gradientStride / Tiles.LANES)));
          }
          partials.set(outAt, sum);
        }
      }
    }
  }

  private static void outerProducts(
      VectorFloat16 inputs,
      int inputsAt,
      int inputStride,
      VectorFloat16 gradients,
      int gradientsAt,
      int gradientStride,
      VectorFloat16 sums,
      int sumsAt,
      int from,
      int to) {
    FloatArray elements = inputs.getArray();
    Float16 sum0 = WideLanes.fill(0f);
    Float16 sum1 = WideLanes.fill(0f);
    Float16 sum2 = WideLanes.fill(0f);
    Float16 sum3 = WideLanes.fill(0f);
    Float16 sum4 = WideLanes.fill(0f);
    Float16 sum5 = WideLanes.fill(0f);
    Float16 sum6 = WideLanes.fill(0f);
    Float16 sum7 = WideLanes.fill(0f);
    for (int position = from; position < to; position++) {
      Float16 gradient = gradients.get(gradientsAt + position * gradientStride);
      int at = inputsAt + position * inputStride;
      sum0 = WideLanes.addProduct(sum0, elements.get(at), gradient);
      sum1 = WideLanes.addProduct(sum1, elements.get(at + 1), gradient);
      sum2 = WideLanes.addProduct(sum2, elements.get(at + 2), gradient);
      sum3 = WideLanes.addProduct(sum3, elements.get(at + 3), gradient);
      sum4 = WideLanes.addProduct(sum4, elements.get(at + 4), gradient);
      sum5 = WideLanes.addProduct(sum5, elements.get(at + 5), gradient);
      sum6 = WideLanes.addProduct(sum6, elements.get(at + 6), gradient);
      sum7 = WideLanes.addProduct(sum7, elements.get(at + 7), gradient);
    }
    sums.set(sumsAt, sum0);
    sums.set(sumsAt + 1, sum1);
    sums.set(sumsAt + 2, sum2);
    sums.set(sumsAt + 3, sum3);
    sums.set(sumsAt + 4, sum4);
    sums.set(sumsAt + 5, sum5);
    sums.set(sumsAt + 6, sum6);
    sums.set(sumsAt + 7, sum7);
  }

  /** Twin of {@link WeightGradients#lookUp}. */
  static void lookUp(
      IntArray tokens,
      VectorFloat16 gateGradients,
      VectorFloat16 partials,
      int partialsAt,
      int size,
      int positions,
      int vocabulary,
      int hidden,
      int slices,
      int sliceLength) {
    for (@Parallel int item = 0; item < slices * (3 * hidden / Tiles.LANES); item++) {
      int tiles = 3 * hidden / Tiles.LANES;
      int slice = item / tiles;
      int tile = item - slice * tiles;
      int first = (slice * size + partialsAt) / Tiles.LANES + tile;
      for (int row = 0; row < vocabulary; row++) {
        partials.set(first + row * tiles, WideLanes.fill(0f));
      }
      int from = slice * sliceLength;
      int to = from + sliceLength < positions ? from + sliceLength : positions;
      Float16 sum = WideLanes.fill(0f);
      for (int position = from; position < to; position++) {
        Float16 gradient = gateGradients.get(position * (4 * hidden / Tiles.LANES) + tile);
        int token = tokens.get(position);
        int row = first + (token < 0 ? 0 : token) * tiles;
        partials.set(row, Float16.add(partials.get(row), gradient));
        sum = Float16.add(sum, gradient);
      }
      partials.set(first + vocabulary * tiles, sum);
    }
  }
}
