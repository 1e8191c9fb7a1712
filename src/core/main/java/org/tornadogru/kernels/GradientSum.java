package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What may happen to gradients between their computation and the update. */
public final class GradientSum {

  private GradientSum() {}

  /**
   * Adds the gradient of a batch to that of others.
   *
   * @param gradient [size]
   * @param targets [1], what it was summed over
   * @param sum in and out, [size]
   * @param summedTargets in and out, [1]
   */
  public static void accumulate(
      FloatArray gradient, FloatArray targets, FloatArray sum, FloatArray summedTargets, int size) {
    for (@Parallel int index = 0; index < size; index++) {
      sum.set(index, sum.get(index) + gradient.get(index));
      if (index == 0) {
        summedTargets.set(0, summedTargets.get(0) + targets.get(0));
      }
    }
  }

  /**
   * Begins a new sum.
   *
   * @param sum out, [size]
   * @param summedTargets out, [1]
   */
  public static void clear(FloatArray sum, FloatArray summedTargets, int size) {
    for (@Parallel int index = 0; index < size; index++) {
      sum.set(index, 0f);
      if (index == 0) {
        summedTargets.set(0, 0f);
      }
    }
  }

  /**
   * Leaves frozen parameters without gradient.
   *
   * @param partials in and out, [slices][size]
   * @param trained 0 where a parameter is frozen, otherwise 1, [size]
   */
  public static void freeze(FloatArray partials, FloatArray trained, int size, int slices) {
    for (@Parallel int index = 0; index < size; index++) {
      for (int slice = 0; slice < slices; slice++) {
        int at = slice * size + index;
        partials.set(at, partials.get(at) * trained.get(index));
      }
    }
  }

  /** {@link #squaresOfRuns} or a twin, made a task. */
  @FunctionalInterface
  public interface SquaresOfRuns {

    /** Takes what {@link #squaresOfRuns} does. */
    Launch launch(String id, FloatArray gradient, IntArray runs, FloatArray squares, int count);

    /** A twin that is a loop. */
    static SquaresOfRuns loops(Task4<FloatArray, IntArray, FloatArray, Integer> loop) {
      return (id, gradient, runs, squares, count) ->
          Launch.loop(count, new TaskPackage(id, loop, gradient, runs, squares, count));
    }
  }

  /**
   * Sums the squares over stretches of parameters.
   *
   * @param runs where each stretch begins and how long it is, [2][count]
   * @param squares out, [count]
   */
  public static void squaresOfRuns(
      FloatArray gradient, IntArray runs, FloatArray squares, int count) {
    for (@Parallel int run = 0; run < count; run++) {
      int from = runs.get(run);
      float sum = 0f;
      for (int i = 0; i < runs.get(count + run); i++) {
        float value = gradient.get(from + i);
        sum += value * value;
      }
      squares.set(run, sum);
    }
  }

  /**
   * What the gradient of each tensor is multiplied by, so that the norm of its mean is within a
   * limit.
   *
   * @param squares [runs]
   * @param firstRun of each tensor, and of what is behind the last, [tensors + 1]
   * @param targets [1], what the gradient was summed over
   * @param scales out, [tensors]
   */
  public static void clipTensors(
      FloatArray squares,
      IntArray firstRun,
      FloatArray targets,
      FloatArray rates,
      FloatArray scales,
      int tensors) {
    for (@Parallel int tensor = 0; tensor < tensors; tensor++) {
      float sum = 0f;
      for (int run = firstRun.get(tensor); run < firstRun.get(tensor + 1); run++) {
        sum += squares.get(run);
      }
      float norm = TornadoMath.sqrt(sum);
      float limit = rates.get(Rates.TENSOR_LIMIT) * targets.get(0);
      scales.set(tensor, norm > limit ? limit / norm : 1f);
    }
  }

  /** {@link #scaleRuns} or a twin, made a task. */
  @FunctionalInterface
  public interface ScaleRuns {

    /** Takes what {@link #scaleRuns} does. */
    Launch launch(
        String id,
        FloatArray gradient,
        IntArray runs,
        IntArray tensorOf,
        FloatArray scales,
        int count,
        int tensors);

    /** A twin that is a loop. */
    static ScaleRuns loops(
        Task6<FloatArray, IntArray, IntArray, FloatArray, Integer, Integer> loop) {
      return (id, gradient, runs, tensorOf, scales, count, tensors) ->
          Launch.loop(
              count, new TaskPackage(id, loop, gradient, runs, tensorOf, scales, count, tensors));
    }
  }

  /**
   * Multiplies the gradients of tensors.
   *
   * @param gradient in and out, [size]
   * @param runs [2][count]
   * @param tensorOf the tensor of each run, [count]
   * @param scales in and out, [tensors + 1], the last being a sign that it was done
   */
  public static void scaleRuns(
      FloatArray gradient,
      IntArray runs,
      IntArray tensorOf,
      FloatArray scales,
      int count,
      int tensors) {
    for (@Parallel int run = 0; run < count; run++) {
      float scale = scales.get(tensorOf.get(run));
      int from = runs.get(run);
      for (int i = 0; i < runs.get(count + run); i++) {
        gradient.set(from + i, gradient.get(from + i) * scale);
      }
      if (run == 0) {
        scales.set(tensors, 1f);
      }
    }
  }
}
