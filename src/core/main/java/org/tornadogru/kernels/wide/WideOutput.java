package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twins of {@link org.tornadogru.kernels.LinearLayer} and {@link
 * org.tornadogru.kernels.CrossEntropy#softmax} for CPU OpenCL devices: {@value WideProduct#ROWS}
 * positions per work-item, exponentials in vectors.
 */
final class WideOutput {

  /** exp of it is 0, next to any score that training can reach. */
  private static final float NEVER = -1e9f;

  private WideOutput() {}

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linear}. */
  static void linear(
      FloatArray inputs,
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int positions,
      int first,
      int rows,
      int columns) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int block = WideGroups.first(item, positions / WideProduct.ROWS);
          block < WideGroups.end(item, positions / WideProduct.ROWS);
          block++) {
        int position = block * WideProduct.ROWS;
        int tiles = columns / Tiles.LANES;
        for (int tile = 0; tile < tiles; tile++) {
          WideProduct.affine(
              inputs,
              (first + position) * rows,
              rows,
              parameters,
              weightsAt / Tiles.LANES + tile * (rows + 1),
              rows,
              outputs,
              position * tiles + tile,
              tiles);
        }
      }
    }
  }

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linearBackward}. */
  static void linearBackward(
      FloatArray outputGradients,
      FloatArray transposed,
      FloatArray inputGradients,
      int positions,
      int rows,
      int columns,
      int stride) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int block = WideGroups.first(item, positions / WideProduct.ROWS);
          block < WideGroups.end(item, positions / WideProduct.ROWS);
          block++) {
        int position = block * WideProduct.ROWS;
        int tiles = rows / Tiles.LANES;
        for (int tile = 0; tile < tiles; tile++) {
          WideProduct.start(WideLanes.fill(0f), inputGradients, position * tiles + tile, tiles);
          WideProduct.add(
              outputGradients,
              position * stride,
              stride,
              transposed,
              tile * columns,
              columns,
              inputGradients,
              position * tiles + tile,
              tiles);
        }
      }
    }
  }

  /** Twin of {@link org.tornadogru.kernels.CrossEntropy#softmax}. */
  static void softmax(
      FloatArray logits,
      IntArray targets,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int block = WideGroups.first(item, positions / WideProduct.ROWS);
          block < WideGroups.end(item, positions / WideProduct.ROWS);
          block++) {
        for (int i = 0; i < WideProduct.ROWS; i++) {
          int position = block * WideProduct.ROWS + i;
          int tiles = symbols / Tiles.LANES;
          int first = position * tiles;
          int target = targets.get(firstTarget + position);
          float counted = target < 0 ? 0f : 1f;
          int targetAt = position * symbols + (target < 0 ? 0 : target);
          for (int symbol = vocabulary; symbol < symbols; symbol++) {
            logits.set(position * symbols + symbol, NEVER);
          }
          float score = logits.get(targetAt);
          Float16 highest = WideLanes.load(logits, first);
          for (int tile = 1; tile < tiles; tile++) {
            highest = WideLanes.max(highest, WideLanes.load(logits, first + tile));
          }
          float largest = WideLanes.largest(highest);
          Float16 sums = WideLanes.fill(0f);
          for (int tile = 0; tile < tiles; tile++) {
            Float16 exp =
                WideLanes.exp(
                    Float16.sub(WideLanes.load(logits, first + tile), WideLanes.fill(largest)));
            WideLanes.store(logits, first + tile, exp);
            sums = Float16.add(sums, exp);
          }
          float sum = WideLanes.sum(sums);
          losses.set(position, counted * (TornadoMath.log(sum) + (largest - score)));
          for (int tile = 0; tile < tiles; tile++) {
            WideLanes.store(
                logits,
                first + tile,
                Float16.mult(WideLanes.load(logits, first + tile), WideLanes.fill(counted / sum)));
          }
          logits.set(targetAt, logits.get(targetAt) - counted);
        }
      }
    }
  }
}
