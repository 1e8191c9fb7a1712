package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.CrossEntropy;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Measures;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twins of {@link CrossEntropy} and of {@link Measures#measureClasses} as work-groups: neighbouring
 * work-items share a position, and find its largest logit and its sums as trees in local memory.
 */
final class GroupSoftmax {

  private static final int ITEMS = 256;

  /** What a work-item has of a position, at least: a branch of the tree costs more. */
  private static final int SYMBOLS = 4;

  /** A sector of a GPU's memory. */
  private static final int NARROWEST = 8;

  /** Twin of {@link CrossEntropy#softmax}. */
  static final CrossEntropy.OfClasses SOFTMAX = groups(GroupSoftmax::softmaxOfPositions);

  /** Twin of {@link Measures#measureClasses}. */
  static final CrossEntropy.OfClasses MEASURE = groups(GroupSoftmax::measureClassesOfPositions);

  private GroupSoftmax() {}

  private static CrossEntropy.OfClasses groups(
      Task9<
              KernelContext,
              FloatArray,
              IntArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          kernel) {
    return (id, logits, targets, results, positions, firstTarget, vocabulary, symbols) -> {
      int width = width(vocabulary);
      return launch(
          new TaskPackage(
              id,
              kernel,
              new KernelContext(),
              logits,
              targets,
              results,
              positions,
              firstTarget,
              vocabulary,
              symbols,
              width),
          positions,
          width);
    };
  }

  /** The work-items of a position, a power of two. */
  private static int width(int vocabulary) {
    return Math.clamp(Integer.highestOneBit(2 * vocabulary / SYMBOLS), NARROWEST, ITEMS);
  }

  private static Launch launch(TaskPackage task, int positions, int width) {
    return new Launch.Groups(task, Math.ceilDiv(positions, ITEMS / width), 1, ITEMS, 2 * ITEMS);
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

    local[item] = largest(logits, first, lane, width, vocabulary);
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = TornadoMath.max(local[item], local[item + others]);
      }
      context.localBarrier();
    }
    float largest = local[item - lane];
    context.localBarrier();
    local[item] = sumOfPowers(logits, first, lane, width, vocabulary, largest);
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    float sum = local[item - lane];

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

  /** Twin of {@link CrossEntropy#weightedSoftmax}. */
  static Launch weightedSoftmax(
      String id,
      FloatArray logits,
      IntArray targets,
      FloatArray classWeights,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols,
      float smoothing) {
    int width = width(vocabulary);
    return launch(
        new TaskPackage(
            id,
            GroupSoftmax::weightedSoftmaxOfPositions,
            new KernelContext(),
            logits,
            targets,
            classWeights,
            losses,
            positions,
            firstTarget,
            vocabulary,
            symbols,
            smoothing,
            width),
        positions,
        width);
  }

  /**
   * @param width work-items of a position, a power of two
   */
  static void weightedSoftmaxOfPositions(
      KernelContext context,
      FloatArray logits,
      IntArray targets,
      FloatArray classWeights,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols,
      float smoothing,
      int width) {
    float[] local = context.allocateFloatLocalArray(2 * ITEMS);
    int item = context.localIdx;
    int lane = item % width;
    int wanted = context.groupIdx * (ITEMS / width) + item / width;
    int position = wanted < positions ? wanted : positions - 1;
    int first = position * symbols;
    int target = targets.get(firstTarget + position);

    local[item] = largest(logits, first, lane, width, vocabulary);
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = TornadoMath.max(local[item], local[item + others]);
      }
      context.localBarrier();
    }
    float largest = local[item - lane];
    context.localBarrier();
    local[item] = sumOfPowers(logits, first, lane, width, vocabulary, largest);
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    float sum = local[item - lane];
    context.localBarrier();
    float logSum = TornadoMath.log(sum);
    float loss = 0f;
    float shares = 0f;
    for (int symbol = lane; symbol < vocabulary; symbol += width) {
      float share =
          CrossEntropy.share(symbol, target, smoothing, vocabulary) * classWeights.get(symbol);
      loss += share * (logSum + (largest - logits.get(first + symbol)));
      shares += share;
    }
    local[item] = loss;
    local[ITEMS + item] = shares;
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = local[item] + local[item + others];
        local[ITEMS + item] = local[ITEMS + item] + local[ITEMS + item + others];
      }
      context.localBarrier();
    }
    loss = local[item - lane];
    shares = local[ITEMS + item - lane];

    int end = wanted < positions ? vocabulary : 0;
    for (int symbol = lane; symbol < end; symbol += width) {
      float probability = TornadoMath.exp(logits.get(first + symbol) - largest) / sum;
      float share =
          CrossEntropy.share(symbol, target, smoothing, vocabulary) * classWeights.get(symbol);
      logits.set(first + symbol, target < 0 ? 0f : probability * shares - share);
    }
    int padded = wanted < positions ? symbols : 0;
    for (int symbol = vocabulary + lane; symbol < padded; symbol += width) {
      logits.set(first + symbol, 0f);
    }
    int writers = wanted < positions ? 1 : 0;
    if (lane < writers) {
      losses.set(position, target < 0 ? 0f : loss);
      losses.set(positions + position, target < 0 ? 0f : classWeights.get(target < 0 ? 0 : target));
    }
  }

  /**
   * @param width work-items of a position, a power of two
   */
  static void measureClassesOfPositions(
      KernelContext context,
      FloatArray logits,
      IntArray targets,
      FloatArray measures,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols,
      int width) {
    float[] local = context.allocateFloatLocalArray(ITEMS);
    int[] classes = context.allocateIntLocalArray(ITEMS);
    int item = context.localIdx;
    int lane = item % width;
    int wanted = context.groupIdx * (ITEMS / width) + item / width;
    int position = wanted < positions ? wanted : positions - 1;
    int first = position * symbols;
    int target = targets.get(firstTarget + position);

    int likeliest = lane < vocabulary ? lane : 0;
    float largest = logits.get(first + likeliest);
    for (int symbol = lane + width; symbol < vocabulary; symbol += width) {
      float logit = logits.get(first + symbol);
      likeliest = logit > largest ? symbol : likeliest;
      largest = TornadoMath.max(largest, logit);
    }
    local[item] = largest;
    classes[item] = likeliest;
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        float own = local[item];
        float other = local[item + others];
        int larger = other > own ? 1 : 0;
        int equal = other == own ? 1 : 0;
        int before = classes[item + others] < classes[item] ? 1 : 0;
        classes[item] = larger + equal * before > 0 ? classes[item + others] : classes[item];
        local[item] = TornadoMath.max(own, other);
      }
      context.localBarrier();
    }
    largest = local[item - lane];
    likeliest = classes[item - lane];
    context.localBarrier();
    local[item] = sumOfPowers(logits, first, lane, width, vocabulary, largest);
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (lane < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    int writers = wanted < positions ? 1 : 0;
    if (lane < writers) {
      float logit = logits.get(first + (target < 0 ? 0 : target));
      float cost = TornadoMath.log(local[item]) + (largest - logit);
      measures.set(position, likeliest == target ? 1f : 0f);
      measures.set(positions + position, target < 0 ? 0f : cost);
    }
  }

  /** Of every so many logits of a position. */
  private static float largest(FloatArray logits, int first, int lane, int width, int vocabulary) {
    float largest = logits.get(first);
    for (int symbol = lane; symbol < vocabulary; symbol += width) {
      largest = TornadoMath.max(largest, logits.get(first + symbol));
    }
    return largest;
  }

  /** {@code Σ exp(logit − largest)} of every so many logits of a position. */
  private static float sumOfPowers(
      FloatArray logits, int first, int lane, int width, int vocabulary, float largest) {
    float sum = 0f;
    for (int symbol = lane; symbol < vocabulary; symbol += width) {
      sum += TornadoMath.exp(logits.get(first + symbol) - largest);
    }
    return sum;
  }
}
