package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twins of what goes once through the parameters: {@link
 * org.tornadogru.kernels.InputTable#addBias}, {@link
 * org.tornadogru.kernels.Transposition#transpose}, {@link
 * org.tornadogru.kernels.GradientDescent#combine} and {@link
 * org.tornadogru.kernels.GradientDescent#descend}, which have the arguments.
 */
final class SimdParameters {

  /** Floats that are worth a core's attention: 16 KB. */
  private static final int GRAIN = 4096;

  private SimdParameters() {}

  static void addBias(
      FloatArray parameters, FloatArray table, int inputAt, int vocabulary, int columns) {
    Floats w = Floats.of(parameters);
    Floats y = Floats.of(table);
    Cores.ALL.split(
        vocabulary,
        Math.ceilDiv(GRAIN, columns),
        (from, to, workspace) -> {
          for (int symbol = from; symbol < to; symbol++) {
            addBias(w, w.at() + inputAt, y, symbol, vocabulary, columns);
          }
        });
  }

  private static void addBias(
      Floats w, int inputAt, Floats y, int symbol, int vocabulary, int columns) {
    int rowAt = inputAt + symbol * columns;
    int biasAt = inputAt + vocabulary * columns;
    int toAt = y.at() + symbol * columns;
    for (int column = 0; column < columns; column += Vectors.LENGTH) {
      load(w.array(), rowAt + column)
          .add(load(w.array(), biasAt + column))
          .intoArray(y.array(), toAt + column);
    }
  }

  /** Copies tile by tile: 16 rows of one become 16 columns of the other. */
  static void transpose(
      FloatArray parameters, FloatArray transposed, int weightsAt, int rows, int columns) {
    Floats from = Floats.of(parameters);
    Floats to = Floats.of(transposed);
    int rowTiles = rows / Tiles.LANES;
    int tiles = rowTiles * (columns / Tiles.LANES);
    Cores.ALL.split(
        tiles,
        GRAIN / (Tiles.LANES * Tiles.LANES),
        (fromTile, toTile, workspace) -> {
          for (int tile = fromTile; tile < toTile; tile++) {
            int column = tile / rowTiles * Tiles.LANES;
            int row = tile % rowTiles * Tiles.LANES;
            transpose(
                from.array(),
                from.at() + weightsAt + Tiles.at(row, column, rows + 1),
                to.array(),
                to.at() + Tiles.at(column, row, columns));
          }
        });
  }

  private static void transpose(float[] from, int fromAt, float[] to, int toAt) {
    for (int row = 0; row < Tiles.LANES; row++) {
      for (int column = 0; column < Tiles.LANES; column++) {
        to[toAt + column * Tiles.LANES + row] = from[fromAt + row * Tiles.LANES + column];
      }
    }
  }

  /** A lane is a range of the parameters here, which is all the same to the sum of the squares. */
  static void combine(
      FloatArray partials,
      FloatArray gradient,
      FloatArray squares,
      int slices,
      int size,
      int lanes) {
    Floats parts = Floats.of(partials);
    Floats sums = Floats.of(gradient);
    int length = Tiles.padded(Math.ceilDiv(size, lanes));
    Cores.ALL.split(
        lanes,
        Math.ceilDiv(GRAIN, length),
        (fromLane, toLane, workspace) -> {
          for (int lane = fromLane; lane < toLane; lane++) {
            int from = Math.min(size, lane * length);
            int to = Math.min(size, from + length);
            squares.set(
                lane, combine(parts, sums, slices, size, from, to, workspace.floats(Tiles.LANES)));
          }
        });
  }

  private static float combine(
      Floats parts, Floats sums, int slices, int size, int from, int to, float[] squares) {
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector ofLane = broadcast(0f);
      for (int index = from + lane; index < to; index += Tiles.LANES) {
        FloatVector sum = load(parts.array(), parts.at() + index);
        for (int slice = 1; slice < slices; slice++) {
          sum = sum.add(load(parts.array(), parts.at() + slice * size + index));
        }
        sum.intoArray(sums.array(), sums.at() + index);
        ofLane = sum.fma(sum, ofLane);
      }
      ofLane.intoArray(squares, lane);
    }
    return Vectors.sum(squares);
  }

  static void descend(
      FloatArray parameters, FloatArray gradient, FloatArray factor, FloatArray rates, int size) {
    float learningRate = rates.get(Rates.LEARNING_RATE);
    Floats w = Floats.of(parameters);
    Floats dw = Floats.of(gradient);
    float step = -learningRate * factor.get(0);
    Cores.ALL.split(size, GRAIN, (from, to, workspace) -> descend(w, dw, from, to, step));
    factor.set(1, learningRate);
  }

  private static void descend(Floats w, Floats dw, int from, int to, float step) {
    FloatVector factor = broadcast(step);
    for (int index = from; index < to; index += Vectors.LENGTH) {
      factor
          .fma(load(dw.array(), dw.at() + index), load(w.array(), w.at() + index))
          .intoArray(w.array(), w.at() + index);
    }
  }
}
