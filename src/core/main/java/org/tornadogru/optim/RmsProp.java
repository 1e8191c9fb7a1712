package org.tornadogru.optim;

/**
 * RMSProp, centered or not.
 *
 * <pre>
 *   g ← g + λ w
 *   v ← α v + (1 − α) g²          centered  a ← α a + (1 − α) g, otherwise a = 0
 *   m ← μ m + g / (√(v − a²) + ε)          w ← w − η m
 * </pre>
 *
 * @param learningRate η
 * @param alpha α
 * @param epsilon ε, positive
 * @param momentum μ, from 0 to below 1
 * @param centered whether the mean of the gradient is taken off its square
 * @param weightDecay λ
 * @see <a href="https://arxiv.org/abs/1308.0850">Graves 2013, equations 38 to 45</a>
 */
public record RmsProp(
    float learningRate,
    float alpha,
    float epsilon,
    float momentum,
    boolean centered,
    float weightDecay)
    implements Optimizer {

  public RmsProp {
    Optimizer.requirePositive("learning rate", learningRate);
    Optimizer.requireFraction("alpha", alpha);
    Optimizer.requirePositive("epsilon", epsilon);
    Optimizer.requireFraction("momentum", momentum);
    Optimizer.requireNotNegative("weight decay", weightDecay);
  }

  /** PyTorch's. */
  public RmsProp(float learningRate) {
    this(learningRate, 0.99f, 1e-8f, 0, false, 0);
  }

  /** The same with momentum. */
  public RmsProp withMomentum(float value) {
    return new RmsProp(learningRate, alpha, epsilon, value, centered, weightDecay);
  }

  /** The same, centered. */
  public RmsProp withCentering() {
    return new RmsProp(learningRate, alpha, epsilon, momentum, true, weightDecay);
  }

  /** The same with weight decay. */
  public RmsProp withWeightDecay(float value) {
    return new RmsProp(learningRate, alpha, epsilon, momentum, centered, value);
  }
}
