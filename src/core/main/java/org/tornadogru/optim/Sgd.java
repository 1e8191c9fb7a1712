package org.tornadogru.optim;

import org.tornadogru.nn.InvalidInputException;

/**
 * Stochastic gradient descent.
 *
 * <pre>
 *   g ← g + λ w      m ← μ m + (1 − τ) g, at first m ← g      w ← w − η m, or with Nesterov w − η (g + μ m)
 * </pre>
 *
 * @param learningRate η
 * @param momentum μ, from 0 to below 1
 * @param dampening τ, from 0 to below 1
 * @param nesterov whether the step looks ahead; wants momentum and no dampening
 * @param weightDecay λ
 */
public record Sgd(
    float learningRate, float momentum, float dampening, boolean nesterov, float weightDecay)
    implements Optimizer {

  public Sgd {
    Optimizer.requirePositive("learning rate", learningRate);
    Optimizer.requireFraction("momentum", momentum);
    Optimizer.requireFraction("dampening", dampening);
    Optimizer.requireNotNegative("weight decay", weightDecay);
    if (nesterov && (momentum == 0 || dampening > 0)) {
      throw new InvalidInputException(
          "Nesterov's step wants momentum and no dampening, not %s and %s"
              .formatted(momentum, dampening));
    }
  }

  /** Without momentum. */
  public Sgd(float learningRate) {
    this(learningRate, 0, 0, false, 0);
  }

  /** The same with momentum. */
  public Sgd withMomentum(float value) {
    return new Sgd(learningRate, value, dampening, nesterov, weightDecay);
  }

  /** The same with Nesterov's momentum. */
  public Sgd withNesterov(float value) {
    return new Sgd(learningRate, value, dampening, true, weightDecay);
  }

  /** The same with weight decay. */
  public Sgd withWeightDecay(float value) {
    return new Sgd(learningRate, momentum, dampening, nesterov, value);
  }
}
