package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twins of {@link org.tornadogru.kernels.OutputLayer} and of {@link
 * org.tornadogru.kernels.CrossEntropy#softmax}, which have the arguments.
 */
final class SimdOutput {

  /** Positions that a tile of weights serves at a time. */
  private static final int BLOCK = 8 * Products.ROWS;

  private SimdOutput() {}

  static void scores(
      FloatArray states,
      FloatArray parameters,
      FloatArray logits,
      int outputAt,
      int positions,
      int batch,
      int hidden,
      int symbols) {
    Floats x = Floats.of(states);
    Floats w = Floats.of(parameters);
    Floats y = Floats.of(logits);
    Cores.ALL.split(
        positions,
        BLOCK,
        (from, to, workspace) -> {
          for (int first = from; first < to; first += BLOCK) {
            int end = Math.min(to, first + BLOCK);
            for (int symbol = 0; symbol < symbols; symbol += Products.TILES * Tiles.LANES) {
              for (int position = first; position < end; position += Products.ROWS) {
                Products.affine(
                    x.array(),
                    x.at() + (position + batch) * hidden,
                    hidden,
                    w.array(),
                    w.at() + outputAt + symbol * (hidden + 1),
                    (hidden + 1) * Tiles.LANES,
                    hidden,
                    y.array(),
                    y.at() + position * symbols + symbol,
                    symbols,
                    Math.min(Products.TILES, (symbols - symbol) / Tiles.LANES));
              }
            }
          }
        });
  }

  static void backward(
      FloatArray logitGradients,
      FloatArray transposed,
      FloatArray stateGradients,
      int positions,
      int hidden,
      int symbols) {
    Floats x = Floats.of(logitGradients);
    Floats w = Floats.of(transposed);
    Floats y = Floats.of(stateGradients);
    Cores.ALL.split(
        positions,
        BLOCK,
        (from, to, workspace) -> {
          for (int first = from; first < to; first += BLOCK) {
            int end = Math.min(to, first + BLOCK);
            for (int unit = 0; unit < hidden; unit += Products.TILES * Tiles.LANES) {
              for (int position = first; position < end; position += Products.ROWS) {
                Products.linear(
                    x.array(),
                    x.at() + position * symbols,
                    symbols,
                    w.array(),
                    w.at() + unit * symbols,
                    symbols * Tiles.LANES,
                    symbols,
                    y.array(),
                    y.at() + position * hidden + unit,
                    hidden,
                    Math.min(Products.TILES, (hidden - unit) / Tiles.LANES));
              }
            }
          }
        });
  }

  static void softmax(
      FloatArray logits,
      IntArray tokens,
      FloatArray losses,
      int positions,
      int batch,
      int vocabulary,
      int symbols) {
    Floats scores = Floats.of(logits);
    Cores.ALL.split(
        positions,
        BLOCK,
        (from, to, workspace) -> {
          float[] lanes = workspace.floats(Vectors.LENGTH);
          for (int position = from; position < to; position++) {
            int target = tokens.get(position + batch);
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
    FloatVector sums = broadcast(0f);
    for (int symbol = 0; symbol < symbols; symbol += Vectors.LENGTH) {
      VectorMask<Float> real = Vectors.SPECIES.indexInRange(symbol, vocabulary);
      FloatVector power =
          broadcast(0f).blend(Vectors.exp(load(logits, at + symbol).sub(largest)), real);
      power.intoArray(logits, at + symbol);
      sums = sums.add(power);
    }
    float sum = Vectors.sum(sums, lanes);
    float counted = target < 0 ? 0f : 1f;
    float scale = counted / sum;
    for (int symbol = 0; symbol < symbols; symbol += Vectors.LENGTH) {
      load(logits, at + symbol).mul(scale).intoArray(logits, at + symbol);
    }
    logits[at + Math.max(0, target)] -= counted;
    return counted * ((float) Math.log(sum) + largest - expected);
  }
}
