package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twins of {@link org.tornadogru.kernels.LinearLayer} and of {@link
 * org.tornadogru.kernels.CrossEntropy#softmax}, which have the arguments.
 */
final class SimdOutput {

  /** Positions that a tile of weights serves at a time, and elements of each that are summed. */
  private static final int BLOCK = 256;

  private SimdOutput() {}

  static void linear(
      FloatArray inputs,
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int positions,
      int first,
      int rows,
      int columns) {
    if (positions == 1) {
      row(inputs, parameters, outputs, weightsAt, first, rows, columns, false);
      return;
    }
    Floats x = Floats.of(inputs);
    Floats w = Floats.of(parameters);
    Floats y = Floats.of(outputs);
    Cores.ALL.split(
        positions,
        BLOCK,
        columns,
        Products.WIDTH,
        (from, to, fromColumn, toColumn) -> {
          for (int column = fromColumn; column < toColumn; column += Products.WIDTH) {
            for (int position = from; position < to; position += Products.ROWS) {
              Products.affine(
                  x.array(),
                  x.at() + (first + position) * rows,
                  rows,
                  w.array(),
                  w.at() + weightsAt + column * (rows + 1),
                  (rows + 1) * Tiles.LANES,
                  rows,
                  y.array(),
                  y.at() + position * columns + column,
                  columns,
                  Math.min(Products.TILES, (toColumn - column) / Tiles.LANES),
                  Math.min(Products.ROWS, to - position));
            }
          }
        });
  }

  /**
   * {@link #linear} of one position, with weights of which a float holds two, see {@link
   * BrainFloats}.
   */
  static void linearFromPairs(
      FloatArray inputs,
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int positions,
      int first,
      int rows,
      int columns) {
    BrainFloats.requireOne(positions);
    row(inputs, parameters, outputs, weightsAt, first, rows, columns, true);
  }

  private static void row(
      FloatArray inputs,
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int first,
      int rows,
      int columns,
      boolean pairs) {
    Floats x = Floats.of(inputs);
    Floats w = Floats.of(parameters);
    Floats y = Floats.of(outputs);
    new RowProduct(w.array(), rows, pairs)
        .all(x.array(), x.at() + first * rows, w.at() + weightsAt, y.array(), y.at(), columns);
  }

  static void linearBackward(
      FloatArray outputGradients,
      FloatArray transposed,
      FloatArray inputGradients,
      int positions,
      int rows,
      int columns,
      int stride) {
    Floats x = Floats.of(outputGradients);
    Floats w = Floats.of(transposed);
    Floats y = Floats.of(inputGradients);
    Cores.ALL.split(
        positions,
        BLOCK,
        rows,
        Products.WIDTH,
        (from, to, fromRow, toRow) -> {
          for (int position = from; position < to; position++) {
            int at = y.at() + position * rows;
            Arrays.fill(y.array(), at + fromRow, at + toRow, 0f);
          }
          for (int column = 0; column < columns; column += BLOCK) {
            int length = Math.min(BLOCK, columns - column);
            for (int row = fromRow; row < toRow; row += Products.WIDTH) {
              for (int position = from; position < to; position += Products.ROWS) {
                Products.add(
                    x.array(),
                    x.at() + position * stride + column,
                    stride,
                    w.array(),
                    w.at() + row * columns + column * Tiles.LANES,
                    columns * Tiles.LANES,
                    length,
                    y.array(),
                    y.at() + position * rows + row,
                    rows,
                    Tiles.LANES,
                    Math.min(Products.TILES, (toRow - row) / Tiles.LANES),
                    Math.min(Products.ROWS, to - position));
              }
            }
          }
        });
  }

  static void softmax(
      FloatArray logits,
      IntArray targets,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols) {
    Floats scores = Floats.of(logits);
    Cores.ALL.split(
        positions,
        Products.ROWS,
        (from, to, workspace) -> {
          float[] lanes = workspace.floats(Tiles.LANES);
          for (int position = from; position < to; position++) {
            int target = targets.get(firstTarget + position);
            losses.set(
                position,
                softmax(
                    scores.array(),
                    scores.at() + position * symbols,
                    target,
                    vocabulary,
                    symbols,
                    lanes));
          }
        });
  }

  /** One position; the loss. */
  private static float softmax(
      float[] logits, int at, int target, int vocabulary, int symbols, float[] lanes) {
    float expected = logits[at + Math.max(0, target)];
    FloatVector maxima = broadcast(Float.NEGATIVE_INFINITY);
    for (int symbol = 0; symbol < symbols; symbol += Vectors.LENGTH) {
      VectorMask<Float> real = Vectors.SPECIES.indexInRange(symbol, vocabulary);
      maxima = maxima.lanewise(VectorOperators.MAX, load(logits, at + symbol), real);
    }
    float largest = maxima.reduceLanes(VectorOperators.MAX);
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector sums = broadcast(0f);
      for (int symbol = lane; symbol < symbols; symbol += Tiles.LANES) {
        VectorMask<Float> real = Vectors.SPECIES.indexInRange(symbol, vocabulary);
        FloatVector power =
            broadcast(0f).blend(Vectors.exp(load(logits, at + symbol).sub(largest)), real);
        power.intoArray(logits, at + symbol);
        sums = sums.add(power);
      }
      sums.intoArray(lanes, lane);
    }
    float sum = Vectors.sum(lanes);
    float counted = target < 0 ? 0f : 1f;
    float scale = counted / sum;
    for (int symbol = 0; symbol < symbols; symbol += Vectors.LENGTH) {
      load(logits, at + symbol).mul(scale).intoArray(logits, at + symbol);
    }
    logits[at + Math.max(0, target)] -= counted;
    return counted * ((float) Math.log(sum) + (largest - expected));
  }
}
