package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of the kernels that walk once over the parameters, for CPU OpenCL devices: neighbouring
 * parameters in one work-item, since memory is what they wait for.
 */
final class WideParameters {

  /** Parts that {@link #descend} is cut into. */
  private static final int PARTS = 64;

  private WideParameters() {}

  /** Twin of {@link org.tornadogru.kernels.InputTable#addBias}. */
  static void addBias(
      FloatArray parameters, FloatArray table, int inputAt, int vocabulary, int columns) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int symbol = WideGroups.first(item, vocabulary);
          symbol < WideGroups.end(item, vocabulary);
          symbol++) {
        int tiles = columns / Tiles.LANES;
        int first = inputAt / Tiles.LANES;
        for (int tile = 0; tile < tiles; tile++) {
          WideLanes.store(
              table,
              symbol * tiles + tile,
              Float16.add(
                  WideLanes.load(parameters, first + symbol * tiles + tile),
                  WideLanes.load(parameters, first + vocabulary * tiles + tile)));
        }
      }
    }
  }

  /** Twin of {@link org.tornadogru.kernels.Transposition#transpose}. */
  static void transpose(
      FloatArray parameters, FloatArray transposed, int weightsAt, int rows, int columns) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int tile = WideGroups.first(item, columns / Tiles.LANES);
          tile < WideGroups.end(item, columns / Tiles.LANES);
          tile++) {
        for (int row = 0; row < rows; row++) {
          int fromAt = weightsAt + (tile * (rows + 1) + row) * Tiles.LANES;
          int toAt = Tiles.at(tile * Tiles.LANES, row, columns);
          for (int lane = 0; lane < Tiles.LANES; lane++) {
            transposed.set(toAt + lane * Tiles.LANES, parameters.get(fromAt + lane));
          }
        }
      }
    }
  }

  /**
   * Twin of {@link org.tornadogru.kernels.GradientDescent#combine}; a lane's parameters are
   * neighbours.
   */
  static void combine(
      FloatArray partials,
      FloatArray gradient,
      FloatArray squares,
      int slices,
      int size,
      int lanes) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int lane = WideGroups.first(item, lanes); lane < WideGroups.end(item, lanes); lane++) {
        int vectors = size / Tiles.LANES;
        int length = (vectors + lanes - 1) / lanes;
        int from = lane * length;
        int to = from + length < vectors ? from + length : vectors;
        Float16 sumOfSquares = WideLanes.fill(0f);
        for (int index = from; index < to; index++) {
          Float16 sum = WideLanes.fill(0f);
          for (int slice = 0; slice < slices; slice++) {
            sum = Float16.add(sum, WideLanes.load(partials, slice * vectors + index));
          }
          WideLanes.store(gradient, index, sum);
          sumOfSquares = Float16.add(sumOfSquares, Float16.mult(sum, sum));
        }
        squares.set(lane, WideLanes.sum(sumOfSquares));
      }
    }
  }

  /** Twin of {@link org.tornadogru.kernels.GradientDescent#descend}. */
  static void descend(
      FloatArray parameters, FloatArray gradient, FloatArray factor, FloatArray rates, int size) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int part = WideGroups.first(item, PARTS); part < WideGroups.end(item, PARTS); part++) {
        int vectors = size / Tiles.LANES;
        int length = (vectors + PARTS - 1) / PARTS;
        int from = part * length;
        int to = from + length < vectors ? from + length : vectors;
        Float16 rate = WideLanes.fill(rates.get(Rates.LEARNING_RATE) * factor.get(0));
        for (int index = from; index < to; index++) {
          WideLanes.store(
              parameters,
              index,
              Float16.sub(
                  WideLanes.load(parameters, index),
                  Float16.mult(rate, WideLanes.load(gradient, index))));
        }
        if (part == 0) {
          factor.set(1, rates.get(Rates.LEARNING_RATE));
        }
      }
    }
  }
}
