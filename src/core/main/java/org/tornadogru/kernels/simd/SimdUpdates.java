package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;

import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Rates;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Twins of the {@linkplain org.tornadogru.kernels.WeightUpdate updates with a memory}. */
final class SimdUpdates {

  /** Floats of an array that are worth a core's attention. */
  private static final int GRAIN = 2048;

  private SimdUpdates() {}

  static void descendWithMomentum(
      FloatArray parameters,
      FloatArray gradient,
      FloatArray memory,
      FloatArray factor,
      FloatArray rates,
      FloatArray decays,
      int size,
      int decayStride) {
    Update update = new Update(parameters, gradient, memory, factor, rates, decays, decayStride);
    Cores.ALL.split(size, GRAIN, (from, to, workspace) -> descendWithMomentum(update, from, to));
    factor.set(1, rates.get(Rates.LEARNING_RATE));
  }

  private static void descendWithMomentum(Update update, int from, int to) {
    FloatVector decay = update.rate(Rates.DECAY);
    FloatVector keep = update.rate(Rates.KEEP);
    FloatVector take = update.rate(Rates.TAKE);
    FloatVector alongGradient = update.rate(Rates.ALONG_GRADIENT);
    FloatVector alongMemory = update.rate(Rates.ALONG_MEMORY);
    FloatVector back = update.rate(Rates.LEARNING_RATE).neg();
    for (int index = from; index < to; index += Vectors.LENGTH) {
      FloatVector weight = update.w.load(index);
      FloatVector change = weight.fma(decay.mul(update.decay(index)), update.bounded(index));
      FloatVector momentum = keep.mul(update.memory.load(index)).add(take.mul(change));
      update.memory.store(index, momentum);
      FloatVector along = alongGradient.mul(change).add(alongMemory.mul(momentum));
      update.w.store(index, back.fma(along, weight));
    }
  }

  static void adapt(
      FloatArray parameters,
      FloatArray gradient,
      FloatArray memory,
      FloatArray factor,
      FloatArray rates,
      FloatArray decays,
      int size,
      int decayStride,
      int amsgrad) {
    Update update = new Update(parameters, gradient, memory, factor, rates, decays, decayStride);
    Cores.ALL.split(
        size, GRAIN, (from, to, workspace) -> adapt(update, size, amsgrad == 1, from, to));
    factor.set(1, rates.get(Rates.LEARNING_RATE));
  }

  private static void adapt(Update update, int size, boolean amsgrad, int from, int to) {
    FloatVector shrinkage = update.rate(Rates.SHRINKAGE).neg();
    FloatVector decay = update.rate(Rates.DECAY);
    FloatVector take = update.rate(Rates.TAKE);
    FloatVector keepSquare = update.rate(Rates.KEEP_SQUARE);
    FloatVector takeSquare = update.rate(Rates.TAKE_SQUARE);
    FloatVector rootScale = update.rate(Rates.ROOT_SCALE);
    FloatVector epsilon = update.rate(Rates.EPSILON);
    FloatVector alongGradient = update.rate(Rates.ALONG_GRADIENT);
    FloatVector alongMemory = update.rate(Rates.ALONG_MEMORY);
    Numbers memory = update.memory;
    for (int index = from; index < to; index += Vectors.LENGTH) {
      FloatVector before = update.w.load(index);
      FloatVector decays = update.decay(index);
      FloatVector weight = before.fma(shrinkage.mul(decays), before);
      FloatVector change = weight.fma(decay.mul(decays), update.bounded(index));
      FloatVector mean = memory.load(index);
      mean = take.fma(change.sub(mean), mean);
      memory.store(index, mean);
      FloatVector square =
          keepSquare.mul(memory.load(size + index)).add(takeSquare.mul(change).mul(change));
      memory.store(size + index, square);
      if (amsgrad) {
        square = square.max(memory.load(2 * size + index));
        memory.store(2 * size + index, square);
      }
      FloatVector root = square.sqrt().fma(rootScale, epsilon);
      FloatVector along = alongGradient.mul(change).add(alongMemory.mul(mean));
      update.w.store(index, weight.sub(along.div(root)));
    }
  }

  static void scaleByRoot(
      FloatArray parameters,
      FloatArray gradient,
      FloatArray memory,
      FloatArray factor,
      FloatArray rates,
      FloatArray decays,
      int size,
      int decayStride,
      int centered) {
    Update update = new Update(parameters, gradient, memory, factor, rates, decays, decayStride);
    Cores.ALL.split(
        size, GRAIN, (from, to, workspace) -> scaleByRoot(update, size, centered == 1, from, to));
    factor.set(1, rates.get(Rates.LEARNING_RATE));
  }

  private static void scaleByRoot(Update update, int size, boolean centered, int from, int to) {
    FloatVector decay = update.rate(Rates.DECAY);
    FloatVector keep = update.rate(Rates.KEEP);
    FloatVector keepSquare = update.rate(Rates.KEEP_SQUARE);
    FloatVector takeSquare = update.rate(Rates.TAKE_SQUARE);
    FloatVector epsilon = update.rate(Rates.EPSILON);
    FloatVector back = update.rate(Rates.LEARNING_RATE).neg();
    Numbers memory = update.memory;
    for (int index = from; index < to; index += Vectors.LENGTH) {
      FloatVector weight = update.w.load(index);
      FloatVector change = weight.fma(decay.mul(update.decay(index)), update.bounded(index));
      FloatVector square =
          keepSquare.mul(memory.load(index)).add(takeSquare.mul(change).mul(change));
      memory.store(index, square);
      if (centered) {
        FloatVector mean = memory.load(2 * size + index);
        mean = takeSquare.fma(change.sub(mean), mean);
        memory.store(2 * size + index, mean);
        square = square.sub(mean.mul(mean)).max(0f);
      }
      FloatVector scaled = change.div(square.sqrt().add(epsilon));
      FloatVector momentum = keep.fma(memory.load(size + index), scaled);
      memory.store(size + index, momentum);
      update.w.store(index, back.fma(momentum, weight));
    }
  }

  /** Numbers in vectors. */
  private record Numbers(Floats floats) {

    FloatVector load(int index) {
      return Vectors.load(floats.array(), floats.at() + index);
    }

    void store(int index, FloatVector values) {
      values.intoArray(floats.array(), floats.at() + index);
    }
  }

  /** The arguments that the updates share. */
  private static final class Update {
    final Numbers w;
    final Numbers memory;
    private final Numbers gradient;
    private final Numbers decays;
    private final boolean uniform;
    private final float uniformDecay;
    private final FloatArray rates;
    private final float factor;
    private final float limit;

    Update(
        FloatArray parameters,
        FloatArray gradient,
        FloatArray memory,
        FloatArray factor,
        FloatArray rates,
        FloatArray decays,
        int decayStride) {
      w = new Numbers(Floats.of(parameters));
      this.gradient = new Numbers(Floats.of(gradient));
      this.memory = new Numbers(Floats.of(memory));
      this.factor = factor.get(0);
      this.rates = rates;
      limit = rates.get(Rates.VALUE_LIMIT);
      this.decays = new Numbers(Floats.of(decays));
      uniform = decayStride == 0;
      uniformDecay = decays.get(0);
    }

    FloatVector rate(int which) {
      return broadcast(rates.get(which));
    }

    FloatVector decay(int index) {
      return uniform ? broadcast(uniformDecay) : decays.load(index);
    }

    FloatVector bounded(int index) {
      return gradient.load(index).mul(factor).min(limit).max(-limit);
    }
  }
}
