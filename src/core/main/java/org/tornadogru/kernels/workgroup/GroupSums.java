package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.Sums;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twins of {@link Sums} as work-groups: each work-item adds up every so many addends, and local
 * memory what the work-items have, as a tree, whose order never changes.
 */
final class GroupSums {

  static final Sums SUMS =
      new Sums(
          GroupSums::sumByStep,
          GroupSums::mean,
          GroupSums::sumRows,
          GroupSums::combine,
          GroupSums::clip,
          GroupSums::squaresOfRuns,
          GroupSums::scaleRuns);

  private static final int ITEMS = 256;

  /** Slices that are worth a work-item of their own. */
  private static final int WORTHY = 8;

  private GroupSums() {}

  private static int items(int addends) {
    return Math.clamp(Integer.highestOneBit(2 * addends - 1), 1, ITEMS);
  }

  /** Twin of {@link org.tornadogru.kernels.CrossEntropy#sumByStep}. */
  private static Launch sumByStep(
      String id,
      FloatArray losses,
      IntArray targets,
      FloatArray sums,
      int steps,
      int batch,
      int firstTarget) {
    int items = items(batch);
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupSums::sumOfStep,
            new KernelContext(),
            losses,
            targets,
            sums,
            steps,
            batch,
            firstTarget,
            items),
        steps,
        1,
        items,
        2 * items);
  }

  static void sumOfStep(
      KernelContext context,
      FloatArray losses,
      IntArray targets,
      FloatArray sums,
      int steps,
      int batch,
      int firstTarget,
      int items) {
    float[] local = context.allocateFloatLocalArray(2 * items);
    int item = context.localIdx;
    int first = context.groupIdx * batch;
    float sum = 0f;
    float count = 0f;
    for (int row = item; row < batch; row += items) {
      sum += losses.get(first + row);
      count += targets.get(firstTarget + first + row) < 0 ? 0f : 1f;
    }
    local[item] = sum;
    local[items + item] = count;
    context.localBarrier();
    for (int others = items / 2; others > 0; others = others / 2) {
      if (item < others) {
        local[item] = local[item] + local[item + others];
        local[items + item] = local[items + item] + local[items + item + others];
      }
      context.localBarrier();
    }
    if (item < 1) {
      sums.set(context.groupIdx, local[0]);
      sums.set(steps + context.groupIdx, local[items]);
    }
  }

  /** Twin of {@link org.tornadogru.kernels.CrossEntropy#mean}. */
  private static Launch mean(
      String id, FloatArray sums, FloatArray meanLoss, FloatArray targets, int steps) {
    int items = items(steps);
    return new Launch.Groups(
        new TaskPackage(
            id, GroupSums::meanOfSteps, new KernelContext(), sums, meanLoss, targets, steps, items),
        1,
        1,
        items,
        2 * items);
  }

  static void meanOfSteps(
      KernelContext context,
      FloatArray sums,
      FloatArray meanLoss,
      FloatArray targets,
      int steps,
      int items) {
    float[] local = context.allocateFloatLocalArray(2 * items);
    int item = context.localIdx;
    float sum = 0f;
    float count = 0f;
    for (int time = item; time < steps; time += items) {
      sum += sums.get(time);
      count += sums.get(steps + time);
    }
    local[item] = sum;
    local[items + item] = count;
    context.localBarrier();
    for (int others = items / 2; others > 0; others = others / 2) {
      if (item < others) {
        local[item] = local[item] + local[item + others];
        local[items + item] = local[items + item] + local[items + item + others];
      }
      context.localBarrier();
    }
    if (item < 1) {
      float all = local[items];
      meanLoss.set(0, all > 0f ? local[0] / all : 0f);
      targets.set(0, all);
    }
  }

  /** Twin of {@link org.tornadogru.kernels.Measures#sumRows}. */
  private static Launch sumRows(
      String id, FloatArray values, FloatArray sums, int rows, int columns) {
    int items = items(columns);
    return new Launch.Groups(
        new TaskPackage(id, GroupSums::sumOfRow, new KernelContext(), values, sums, columns, items),
        rows,
        1,
        items,
        items);
  }

  static void sumOfRow(
      KernelContext context, FloatArray values, FloatArray sums, int columns, int items) {
    float[] local = context.allocateFloatLocalArray(items);
    int item = context.localIdx;
    int first = context.groupIdx * columns;
    float sum = 0f;
    for (int column = item; column < columns; column += items) {
      sum += values.get(first + column);
    }
    local[item] = sum;
    context.localBarrier();
    for (int others = items / 2; others > 0; others = others / 2) {
      if (item < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    if (item < 1) {
      sums.set(context.groupIdx, local[0]);
    }
  }

  /** Twin of {@link org.tornadogru.kernels.GradientDescent#clip}. */
  private static Launch clip(
      String id,
      FloatArray squares,
      FloatArray targets,
      FloatArray factor,
      FloatArray rates,
      int lanes) {
    int items = items(lanes);
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupSums::clipByNorm,
            new KernelContext(),
            squares,
            targets,
            factor,
            rates,
            lanes,
            items),
        1,
        1,
        items,
        items);
  }

  static void clipByNorm(
      KernelContext context,
      FloatArray squares,
      FloatArray targets,
      FloatArray factor,
      FloatArray rates,
      int lanes,
      int items) {
    float[] local = context.allocateFloatLocalArray(items);
    int item = context.localIdx;
    float sum = 0f;
    for (int lane = item; lane < lanes; lane += items) {
      sum += squares.get(lane);
    }
    local[item] = sum;
    context.localBarrier();
    for (int others = items / 2; others > 0; others = others / 2) {
      if (item < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    if (item < 1) {
      float count = targets.get(0);
      float mean = count > 0f ? 1f / count : 0f;
      float limit = rates.get(Rates.NORM_LIMIT);
      float norm = TornadoMath.sqrt(local[0]) * mean;
      factor.set(0, norm > limit ? mean * limit / norm : mean);
    }
  }

  /** Twin of {@link org.tornadogru.kernels.GradientDescent#combine}: a group for each lane. */
  private static Launch combine(
      String id,
      FloatArray partials,
      FloatArray gradient,
      FloatArray squares,
      int slices,
      int size,
      int lanes) {
    int parts = Integer.highestOneBit(Math.clamp(slices / WORTHY, 1, WORTHY));
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupSums::combineOfLane,
            new KernelContext(),
            partials,
            gradient,
            squares,
            slices,
            size,
            lanes,
            parts),
        lanes,
        1,
        ITEMS,
        ITEMS);
  }

  /**
   * Neighbouring work-items have neighbouring parameters.
   *
   * @param parts work-items that share the slices of a parameter
   */
  static void combineOfLane(
      KernelContext context,
      FloatArray partials,
      FloatArray gradient,
      FloatArray squares,
      int slices,
      int size,
      int lanes,
      int parts) {
    float[] local = context.allocateFloatLocalArray(ITEMS);
    int item = context.localIdx;
    int width = ITEMS / parts;
    int place = item % width;
    int part = item / width;
    float sumOfSquares = 0f;
    for (int begin = context.groupIdx * width; begin < size; begin += lanes * width) {
      int wanted = begin + place;
      int index = wanted < size ? wanted : 0;
      float sum = 0f;
      for (int slice = part; slice < slices; slice += parts) {
        sum += partials.get(slice * size + index);
      }
      local[item] = sum;
      context.localBarrier();
      int end = part == 0 ? size : 0;
      if (wanted < end) {
        float total = 0f;
        for (int other = 0; other < parts; other++) {
          total += local[other * width + place];
        }
        gradient.set(index, total);
        sumOfSquares += total * total;
      }
      context.localBarrier();
    }
    local[item] = sumOfSquares;
    context.localBarrier();
    for (int others = width / 2; others > 0; others = others / 2) {
      if (item < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    if (item < 1) {
      squares.set(context.groupIdx, local[0]);
    }
  }

  /** Twin of {@link org.tornadogru.kernels.GradientSum#squaresOfRuns}: a group for each stretch. */
  private static Launch squaresOfRuns(
      String id, FloatArray gradient, IntArray runs, FloatArray squares, int count) {
    return new Launch.Groups(
        new TaskPackage(
            id, GroupSums::squaresOfRun, new KernelContext(), gradient, runs, squares, count),
        count,
        1,
        ITEMS,
        ITEMS);
  }

  static void squaresOfRun(
      KernelContext context, FloatArray gradient, IntArray runs, FloatArray squares, int count) {
    float[] local = context.allocateFloatLocalArray(ITEMS);
    int item = context.localIdx;
    int run = context.groupIdx;
    int from = runs.get(run);
    int length = runs.get(count + run);
    float sum = 0f;
    for (int i = item; i < length; i += ITEMS) {
      float value = gradient.get(from + i);
      sum += value * value;
    }
    local[item] = sum;
    context.localBarrier();
    for (int others = ITEMS / 2; others > 0; others = others / 2) {
      if (item < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    if (item < 1) {
      squares.set(run, local[0]);
    }
  }

  /** Twin of {@link org.tornadogru.kernels.GradientSum#scaleRuns}: a group for each stretch. */
  private static Launch scaleRuns(
      String id,
      FloatArray gradient,
      IntArray runs,
      IntArray tensorOf,
      FloatArray scales,
      int count,
      int tensors) {
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupSums::scaleRun,
            new KernelContext(),
            gradient,
            runs,
            tensorOf,
            scales,
            count,
            tensors),
        count,
        1,
        ITEMS,
        0);
  }

  static void scaleRun(
      KernelContext context,
      FloatArray gradient,
      IntArray runs,
      IntArray tensorOf,
      FloatArray scales,
      int count,
      int tensors) {
    int run = context.groupIdx;
    int from = runs.get(run);
    int length = runs.get(count + run);
    float scale = scales.get(tensorOf.get(run));
    for (int i = context.localIdx; i < length; i += ITEMS) {
      gradient.set(from + i, gradient.get(from + i) * scale);
    }
    if (context.globalIdx == 0) {
      scales.set(tensors, 1f);
    }
  }
}
