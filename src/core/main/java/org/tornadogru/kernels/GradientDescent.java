package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Stochastic gradient descent, clipped by the global norm: one norm over all parameters, one factor
 * for all of them.
 *
 * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu et al. 2013, algorithm 1</a>
 */
public final class GradientDescent {

  private GradientDescent() {}

  /** {@link #combine} or a twin, made a task. */
  @FunctionalInterface
  public interface Combine {

    /** Takes what {@link #combine} does. */
    Launch launch(
        String id,
        FloatArray partials,
        FloatArray gradient,
        FloatArray squares,
        int slices,
        int size,
        int lanes);

    /** A twin that is a loop. */
    static Combine loops(
        Task6<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> loop) {
      return (id, partials, gradient, squares, slices, size, lanes) ->
          Launch.loop(
              lanes, new TaskPackage(id, loop, partials, gradient, squares, slices, size, lanes));
    }
  }

  /**
   * Adds up the slices of {@link WeightGradients}, and on the way the squares of the sums, in
   * {@code lanes} interleaved parts.
   *
   * @param partials [slices][size]
   * @param gradient out, [size]
   * @param squares out, [lanes]
   */
  public static void combine(
      FloatArray partials,
      FloatArray gradient,
      FloatArray squares,
      int slices,
      int size,
      int lanes) {
    for (@Parallel int lane = 0; lane < lanes; lane++) {
      float sumOfSquares = 0f;
      int turns = (size - lane + lanes - 1) / lanes;
      for (int turn = 0; turn < turns; turn++) {
        int index = turn * lanes + lane;
        float sum = 0f;
        for (int slice = 0; slice < slices; slice++) {
          sum += partials.get(slice * size + index);
        }
        gradient.set(index, sum);
        sumOfSquares += sum * sum;
      }
      squares.set(lane, sumOfSquares);
    }
  }

  /** {@link #clip} or a twin, made a task. */
  @FunctionalInterface
  public interface Clip {

    /** Takes what {@link #clip} does. */
    Launch launch(
        String id,
        FloatArray squares,
        FloatArray targets,
        FloatArray factor,
        FloatArray rates,
        int lanes);

    /** A twin that is a loop. */
    static Clip loops(Task5<FloatArray, FloatArray, FloatArray, FloatArray, Integer> loop) {
      return (id, squares, targets, factor, rates, lanes) ->
          Launch.loop(1, new TaskPackage(id, loop, squares, targets, factor, rates, lanes));
    }
  }

  /**
   * What the summed gradients are multiplied by: the mean over the targets, clipped.
   *
   * <pre>
   *   norm = √(Σ squares) / targets      factor = min(1, limit / norm) / targets
   * </pre>
   *
   * @param squares [lanes]
   * @param targets [1], what the gradients were summed over; 0 if that is nothing: how many
   *     targets, or their weight
   * @param factor out, [2], the first of them
   * @param rates {@link Rates}, the limit
   */
  public static void clip(
      FloatArray squares, FloatArray targets, FloatArray factor, FloatArray rates, int lanes) {
    for (@Parallel int only = 0; only < 1; only++) {
      float sum = 0f;
      for (int lane = 0; lane < lanes; lane++) {
        sum += squares.get(lane);
      }
      float count = targets.get(only);
      float mean = count > 0f ? 1f / count : 0f;
      float limit = rates.get(Rates.NORM_LIMIT);
      float norm = TornadoMath.sqrt(sum) * mean;
      factor.set(only, norm > limit ? mean * limit / norm : mean);
    }
  }

  /** {@link #descend} and its twins. */
  @FunctionalInterface
  public interface Descend extends Task5<FloatArray, FloatArray, FloatArray, FloatArray, Integer> {
    @Override
    void apply(
        FloatArray parameters,
        FloatArray gradient,
        FloatArray factor,
        FloatArray rates,
        Integer size);
  }

  /**
   * The update.
   *
   * <pre>
   *   w ← w − η · factor · dw
   * </pre>
   *
   * @param parameters in and out, [size]
   * @param gradient [size]
   * @param factor in and out, [2]: from {@link #clip}, and a sign that the update was made
   */
  public static void descend(
      FloatArray parameters, FloatArray gradient, FloatArray factor, FloatArray rates, int size) {
    for (@Parallel int index = 0; index < size; index++) {
      float rate = rates.get(Rates.LEARNING_RATE);
      parameters.set(index, parameters.get(index) - rate * factor.get(0) * gradient.get(index));
      if (index == 0) {
        factor.set(1, rate);
      }
    }
  }
}
