package org.tornadogru.graph;

import org.tornadogru.kernels.Rates;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Sgd;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The numbers of each update: what depends on how many there were is computed here, in double
 * precision, and so the same on every device.
 */
final class UpdateRates {

  private final Optimization optimization;

  /** {@link Rates}. */
  final FloatArray array = HostArrays.floats(Rates.SIZE);

  /** Updates that {@link #momenta} is over. */
  private long multiplied;

  /** Π μ of NAdam. */
  private double momenta = 1;

  UpdateRates(Optimization optimization) {
    this.optimization = optimization;
    Clipping clipping = optimization.clipping();
    setLimit(Rates.NORM_LIMIT, clipping, Clipping.Kind.NORM);
    setLimit(Rates.TENSOR_LIMIT, clipping, Clipping.Kind.TENSOR_NORM);
    setLimit(Rates.VALUE_LIMIT, clipping, Clipping.Kind.VALUE);
  }

  private void setLimit(int which, Clipping clipping, Clipping.Kind kind) {
    // devices may not know infinity
    set(
        which,
        clipping.kind() == kind ? Math.min(clipping.limit(), Float.MAX_VALUE) : Float.MAX_VALUE);
  }

  /**
   * Sets them for an update.
   *
   * @param update counted from 1
   */
  void prepare(double learningRate, long update) {
    set(Rates.LEARNING_RATE, learningRate);
    set(Rates.TAKE_AVERAGE, 1 - (double) optimization.averaging());
    switch (optimization.optimizer()) {
      case Sgd sgd -> prepare(sgd, update);
      case Adam adam -> prepare(adam, learningRate, update);
      case NAdam nadam -> prepare(nadam, learningRate, update);
      case RmsProp rmsProp -> {
        set(Rates.DECAY, rmsProp.weightDecay());
        set(Rates.KEEP, rmsProp.momentum());
        set(Rates.KEEP_SQUARE, rmsProp.alpha());
        set(Rates.TAKE_SQUARE, 1 - (double) rmsProp.alpha());
        set(Rates.EPSILON, rmsProp.epsilon());
      }
      case Adagrad adagrad -> {
        double slowed = 1 + (update - 1) * (double) adagrad.learningRateDecay();
        set(Rates.LEARNING_RATE, learningRate / slowed);
        set(Rates.DECAY, adagrad.weightDecay());
        set(Rates.KEEP_SQUARE, 1);
        set(Rates.TAKE_SQUARE, 1);
        set(Rates.EPSILON, adagrad.epsilon());
      }
    }
  }

  private void prepare(Sgd sgd, long update) {
    boolean first = update == 1;
    set(Rates.DECAY, sgd.weightDecay());
    set(Rates.KEEP, first ? 0 : sgd.momentum());
    set(Rates.TAKE, first ? 1 : 1 - (double) sgd.dampening());
    boolean alongMemory = sgd.momentum() > 0;
    set(Rates.ALONG_GRADIENT, sgd.nesterov() || !alongMemory ? 1 : 0);
    set(Rates.ALONG_MEMORY, sgd.nesterov() ? sgd.momentum() : alongMemory ? 1 : 0);
  }

  private void prepare(Adam adam, double learningRate, long update) {
    setMoments(adam.beta1(), adam.beta2(), adam.epsilon(), update);
    setDecay(adam.weightDecay(), adam.decoupled(), learningRate);
    set(Rates.ALONG_GRADIENT, 0);
    set(Rates.ALONG_MEMORY, learningRate / (1 - Math.pow(adam.beta1(), (double) update)));
  }

  private void prepare(NAdam nadam, double learningRate, long update) {
    setMoments(nadam.beta1(), nadam.beta2(), nadam.epsilon(), update);
    setDecay(nadam.weightDecay(), nadam.decoupled(), learningRate);
    if (multiplied > update) { // it went back to a state of before
      multiplied = 0;
      momenta = 1;
    }
    while (multiplied < update) {
      momenta *= momentum(nadam, ++multiplied);
    }
    double next = momentum(nadam, update + 1);
    set(Rates.ALONG_GRADIENT, learningRate * (1 - momentum(nadam, update)) / (1 - momenta));
    set(Rates.ALONG_MEMORY, learningRate * next / (1 - momenta * next));
  }

  private static double momentum(NAdam nadam, long update) {
    return nadam.beta1() * (1 - 0.5 * Math.pow(0.96, (double) update * nadam.momentumDecay()));
  }

  private void setMoments(double beta1, double beta2, float epsilon, long update) {
    set(Rates.TAKE, 1 - beta1);
    set(Rates.KEEP_SQUARE, beta2);
    set(Rates.TAKE_SQUARE, 1 - beta2);
    set(Rates.ROOT_SCALE, 1 / Math.sqrt(1 - Math.pow(beta2, (double) update)));
    set(Rates.EPSILON, epsilon);
  }

  private void setDecay(float weightDecay, boolean decoupled, double learningRate) {
    set(Rates.DECAY, decoupled ? 0 : weightDecay);
    set(Rates.SHRINKAGE, decoupled ? learningRate * weightDecay : 0);
  }

  private void set(int which, double value) {
    array.set(which, (float) value);
  }
}
