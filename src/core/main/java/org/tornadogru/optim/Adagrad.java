package org.tornadogru.optim;

/**
 * Adagrad.
 *
 * <pre>
 *   g ← g + λ w          v ← v + g²          w ← w − η / (1 + (t − 1) δ) · g / (√v + ε)
 * </pre>
 *
 * @param learningRate η
 * @param learningRateDecay δ
 * @param initialAccumulator v at first
 * @param epsilon ε, positive
 * @param weightDecay λ
 * @see <a href="https://jmlr.org/papers/v12/duchi11a.html">Duchi et al. 2011</a>
 */
public record Adagrad(
    float learningRate,
    float learningRateDecay,
    float initialAccumulator,
    float epsilon,
    float weightDecay)
    implements Optimizer {

  public Adagrad {
    Optimizer.requirePositive("learning rate", learningRate);
    Optimizer.requireNotNegative("learning rate decay", learningRateDecay);
    Optimizer.requireNotNegative("initial accumulator", initialAccumulator);
    Optimizer.requirePositive("epsilon", epsilon);
    Optimizer.requireNotNegative("weight decay", weightDecay);
  }

  /** PyTorch's. */
  public Adagrad(float learningRate) {
    this(learningRate, 0, 0, 1e-10f, 0);
  }

  /** The same with weight decay. */
  public Adagrad withWeightDecay(float value) {
    return new Adagrad(learningRate, learningRateDecay, initialAccumulator, epsilon, value);
  }
}
