package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Updates with a memory; {@link GradientDescent#descend} is the one without.
 *
 * <p>All take the parameters and their gradient, [size], what the gradient is multiplied by, [2],
 * which also gets a sign that the update was made, the {@link Rates}, and {@code decays}: by how
 * much weight decay acts on each parameter, [size], or on all of them, [1], with {@code
 * decayStride} 0.
 *
 * @see org.tornadogru.optim.Optimizer
 */
public final class WeightUpdate {

  private WeightUpdate() {}

  private static float bounded(FloatArray gradient, FloatArray factor, FloatArray rates, int at) {
    float limit = rates.get(Rates.VALUE_LIMIT);
    return TornadoMath.max(-limit, TornadoMath.min(limit, factor.get(0) * gradient.get(at)));
  }

  /** {@link #descendWithMomentum} and its twins. */
  @FunctionalInterface
  public interface DescendWithMomentum
      extends Task8<
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer> {
    @Override
    void apply(
        FloatArray parameters,
        FloatArray gradient,
        FloatArray memory,
        FloatArray factor,
        FloatArray rates,
        FloatArray decays,
        Integer size,
        Integer decayStride);
  }

  /**
   * Gradient descent with momentum.
   *
   * @param memory m, in and out, [size]
   */
  public static void descendWithMomentum(
      FloatArray parameters,
      FloatArray gradient,
      FloatArray memory,
      FloatArray factor,
      FloatArray rates,
      FloatArray decays,
      int size,
      int decayStride) {
    for (@Parallel int index = 0; index < size; index++) {
      float weight = parameters.get(index);
      float decay = rates.get(Rates.DECAY) * decays.get(index * decayStride);
      float change = bounded(gradient, factor, rates, index) + decay * weight;
      float momentum = rates.get(Rates.KEEP) * memory.get(index) + rates.get(Rates.TAKE) * change;
      memory.set(index, momentum);
      float along =
          rates.get(Rates.ALONG_GRADIENT) * change + rates.get(Rates.ALONG_MEMORY) * momentum;
      parameters.set(index, weight - rates.get(Rates.LEARNING_RATE) * along);
      if (index == 0) {
        factor.set(1, rates.get(Rates.LEARNING_RATE));
      }
    }
  }

  /** {@link #adapt} and its twins. */
  @FunctionalInterface
  public interface Adapt
      extends Task9<
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer,
          Integer> {
    @Override
    void apply(
        FloatArray parameters,
        FloatArray gradient,
        FloatArray memory,
        FloatArray factor,
        FloatArray rates,
        FloatArray decays,
        Integer size,
        Integer decayStride,
        Integer amsgrad);
  }

  /**
   * Adam and its kin.
   *
   * @param memory m, v, and for AMSGrad the largest v, in and out, [2 or 3][size]
   * @param amsgrad 1 for AMSGrad, otherwise 0
   */
  public static void adapt(
      FloatArray parameters,
      FloatArray gradient,
      FloatArray memory,
      FloatArray factor,
      FloatArray rates,
      FloatArray decays,
      int size,
      int decayStride,
      int amsgrad) {
    for (@Parallel int index = 0; index < size; index++) {
      float decays1 = decays.get(index * decayStride);
      float before = parameters.get(index);
      float weight = before - rates.get(Rates.SHRINKAGE) * decays1 * before;
      float change =
          bounded(gradient, factor, rates, index) + rates.get(Rates.DECAY) * decays1 * weight;
      float mean = memory.get(index);
      mean = mean + rates.get(Rates.TAKE) * (change - mean);
      memory.set(index, mean);
      float square =
          rates.get(Rates.KEEP_SQUARE) * memory.get(size + index)
              + rates.get(Rates.TAKE_SQUARE) * change * change;
      memory.set(size + index, square);
      if (amsgrad == 1) {
        square = TornadoMath.max(square, memory.get(2 * size + index));
        memory.set(2 * size + index, square);
      }
      float root =
          TornadoMath.sqrt(square) * rates.get(Rates.ROOT_SCALE) + rates.get(Rates.EPSILON);
      float along = rates.get(Rates.ALONG_GRADIENT) * change + rates.get(Rates.ALONG_MEMORY) * mean;
      parameters.set(index, weight - along / root);
      if (index == 0) {
        factor.set(1, rates.get(Rates.LEARNING_RATE));
      }
    }
  }

  /** {@link #scaleByRoot} and its twins. */
  @FunctionalInterface
  public interface ScaleByRoot
      extends Task9<
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer,
          Integer> {
    @Override
    void apply(
        FloatArray parameters,
        FloatArray gradient,
        FloatArray memory,
        FloatArray factor,
        FloatArray rates,
        FloatArray decays,
        Integer size,
        Integer decayStride,
        Integer centered);
  }

  /**
   * RMSProp and Adagrad.
   *
   * @param memory squares, m, and if centered the mean, in and out, [2 or 3][size]
   * @param centered 1 if the mean is taken off, otherwise 0
   */
  public static void scaleByRoot(
      FloatArray parameters,
      FloatArray gradient,
      FloatArray memory,
      FloatArray factor,
      FloatArray rates,
      FloatArray decays,
      int size,
      int decayStride,
      int centered) {
    for (@Parallel int index = 0; index < size; index++) {
      float weight = parameters.get(index);
      float decay = rates.get(Rates.DECAY) * decays.get(index * decayStride);
      float change = bounded(gradient, factor, rates, index) + decay * weight;
      float square =
          rates.get(Rates.KEEP_SQUARE) * memory.get(index)
              + rates.get(Rates.TAKE_SQUARE) * change * change;
      memory.set(index, square);
      if (centered == 1) {
        float mean = memory.get(2 * size + index);
        mean = mean + rates.get(Rates.TAKE_SQUARE) * (change - mean);
        memory.set(2 * size + index, mean);
        square = TornadoMath.max(0f, square - mean * mean); // rounding may take it below
      }
      float scaled = change / (TornadoMath.sqrt(square) + rates.get(Rates.EPSILON));
      float momentum = rates.get(Rates.KEEP) * memory.get(size + index) + scaled;
      memory.set(size + index, momentum);
      parameters.set(index, weight - rates.get(Rates.LEARNING_RATE) * momentum);
      if (index == 0) {
        factor.set(1, rates.get(Rates.LEARNING_RATE));
      }
    }
  }

  /**
   * Moves the average of the weights towards them.
   *
   * @param averages in and out, [size]
   * @param factor in and out, as of the other kernels
   */
  public static void average(
      FloatArray parameters, FloatArray averages, FloatArray factor, FloatArray rates, int size) {
    for (@Parallel int index = 0; index < size; index++) {
      float average = averages.get(index);
      averages.set(
          index, average + rates.get(Rates.TAKE_AVERAGE) * (parameters.get(index) - average));
      if (index == 0) {
        factor.set(1, rates.get(Rates.TAKE_AVERAGE));
      }
    }
  }

  /**
   * Exchanges the weights for their average, or back.
   *
   * @param done out, [1]: a sign
   */
  public static void exchange(
      FloatArray parameters, FloatArray averages, FloatArray done, int size) {
    for (@Parallel int index = 0; index < size; index++) {
      float weight = parameters.get(index);
      parameters.set(index, averages.get(index));
      averages.set(index, weight);
      if (index == 0) {
        done.set(0, 1f);
      }
    }
  }
}
