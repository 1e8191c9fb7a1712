package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of the kernels that walk once over the parameters, for CPU OpenCL devices: neighbouring
 * parameters in one work-item, since memory is what they wait for.
 */
final class WideParameters {

  /** Parts that {@link #descend} is cut into. */
  private static final int PARTS = 64;

  private WideParameters() {}

  /** Twin of {@link InputTable#addBias}. */
  static void addBias(
      VectorFloat16 parameters, VectorFloat16 table, int inputAt, int vocabulary, int columns) {
    for (@Parallel int symbol = 0; symbol < vocabulary; symbol++) {
      int tiles = columns / Tiles.LANES;
      int first = inputAt / Tiles.LANES;
      for (int tile = 0; tile < tiles; tile++) {
        table.set(
            symbol * tiles + tile,
            Float16.add(
                parameters.get(first + symbol * tiles + tile),
                parameters.get(first + vocabulary * tiles + tile)));
      }
    }
  }

  /** Twin of {@link Transposition#transpose}. */
  static void transpose(
      VectorFloat16 parameters, VectorFloat16 transposed, int weightsAt, int rows, int columns) {
    for (@Parallel int tile = 0; tile < columns / Tiles.LANES; tile++) {
      FloatArray from = parameters.getArray();
      FloatArray to = transposed.getArray();
      for (int row = 0; row < rows; row++) {
        int fromAt = weightsAt + (tile * (rows + 1) + row) * Tiles.LANES;
        int toAt = Tiles.at(tile * Tiles.LANES, row, columns);
        for (int lane = 0; lane < Tiles.LANES; lane++) {
          to.set(toAt + lane * Tiles.LANES, from.get(fromAt + lane));
        }
      }
    }
  }

  /** Twin of {@link GradientDescent#combine}; a lane's parameters are neighbours. */
  static void combine(
      VectorFloat16 partials,
      VectorFloat16 gradient,
      FloatArray squares,
      int slices,
      int size,
      int lanes) {
    for (@Parallel int lane = 0; lane < lanes; lane++) {
      int vectors = size / Tiles.LANES;
      int length = (vectors + lanes - 1) / lanes;
      int from = lane * length;
      int to = from + length < vectors ? from + length : vectors;
      Float16 sumOfSquares = WideLanes.fill(0f);
      for (int index = from; index < to; index++) {
        Float16 sum = WideLanes.fill(0f);
        for (int slice = 0; slice < slices; slice++) {
          sum = Float16.add(sum, partials.get(slice * vectors + index));
        }
        gradient.set(index, sum);
        sumOfSquares = Float16.add(sumOfSquares, Float16.mult(sum, sum));
      }
      squares.set(lane, WideLanes.sum(sumOfSquares));
    }
  }

  /** Twin of {@link GradientDescent#descend}. */
  static void descend(
      VectorFloat16 parameters,
      VectorFloat16 gradient,
      FloatArray factor,
      int size,
      float learningRate) {
    for (@Parallel int part = 0; part < PARTS; part++) {
      int vectors = size / Tiles.LANES;
      int length = (vectors + PARTS - 1) / PARTS;
      int from = part * length;
      int to = from + length < vectors ? from + length : vectors;
      Float16 rate = WideLanes.fill(learningRate * factor.get(0));
      for (int index = from; index < to; index++) {
        parameters.set(
            index,
            Float16.sub(parameters.get(index), Float16.mult(rate, gradient.get(index))));
      }
    }
  }
}
