package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.CrossEntropy#softmax} as work-groups: neighbouring
 * work-items share a position, and find its largest logit and its sum as trees in local memory.
 */
final class GroupSoftmax {

  private static final int ITEMS = 256;

  /** What a work-item has of a position, at least: a branch of the tree costs more. */
  private static final int SYMBOLS = 4;

  /** A sector of a GPU's memory. */
  private static final int NARROWEST = 8;

  private GroupSoftmax() {}

  /** Twin of {@link org.tornadogru.kernels.CrossEntropy#softmax}. */
  static Launch softmax(
      String id,
      FloatArray logits,
      IntArray targets,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols) {
    int width = Math.clamp(Integer.highestOneBit(2 * vocabulary / SYMBOLS), NARROWEST, ITEMS);
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupSoftmax::softmaxOfPositions,
            new KernelContext(),
            logits,
            targets,
            losses,
            positions,
            firstTarget,
            vocabulary,
            symbols,
            width),
        Math.ceilDiv(positions, ITEMS / width),
        1,
        ITEMS,
        ITEMS);
  }

  /**
   * @param width work-items of a position, a power of two
   */
  static void softmaxOfPositions(
      KernelContext context,
      FloatArray logits,
      IntArray targets,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols,
      int width) {
    float[] local = context.allocateFloatLocalArray(ITEMS);
    int item = context.localIdx;
    int lane = item % width;
    int wanted = context.groupIdx * (ITEMS / width) + item / width;
    int position = wanted < positions ? wanted : positions - 1;
    int first = position * symbols;
    int target = targets.get(firstTarget + position);
    float counted = target < 0 ? 0f : 1f;
    int known = target < 0 ? 0 : target;
    float logit = logits.get(first + known);

    float largest = logits.get(first);
    for (int symbol = lane; symbol < vocabulary; symbol += width) {
      largest = TornadoMath.max(largest, logits.get(first + symbol));
    }
    local[item] = largest;
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = TornadoMath.max(local[item], local[item + others]);
      }
      context.localBarrier();
    }
    largest = local[item - lane];
    context.localBarrier();
    float sum = 0f;
    for (int symbol = lane; symbol < vocabulary; symbol += width) {
      sum += TornadoMath.exp(logits.get(first + symbol) - largest);
    }
    local[item] = sum;
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    sum = local[item - lane];

    int end = wanted < positions ? vocabulary : 0;
    for (int symbol = lane; symbol < end; symbol += width) {
      float probability = TornadoMath.exp(logits.get(first + symbol) - largest) / sum;
      float expected = symbol == known ? 1f : 0f;
      logits.set(first + symbol, counted * (probability - expected));
    }
    int padded = wanted < positions ? symbols : 0;
    for (int symbol = vocabulary + lane; symbol < padded; symbol += width) {
      logits.set(first + symbol, 0f);
    }
    int writers = wanted < positions ? 1 : 0;
    if (lane < writers) {
      losses.set(position, counted * (TornadoMath.log(sum) + (largest - logit)));
    }
  }
}
