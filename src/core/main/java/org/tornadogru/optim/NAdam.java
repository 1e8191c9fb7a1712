package org.tornadogru.optim;

/**
 * Adam with Nesterov's momentum.
 *
 * <pre>
 *   g ← g + λ w, or decoupled w ← w − η λ w
 *   μₜ = β₁ (1 − ½ · 0.96^(t ψ))
 *   m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²
 *   w ← w − η ((1 − μₜ) / (1 − Πμ≤t) · g + μₜ₊₁ / (1 − Πμ≤t+1) · m) / (√(v / (1 − β₂ᵗ)) + ε)
 * </pre>
 *
 * @param learningRate η
 * @param beta1 β₁
 * @param beta2 β₂
 * @param epsilon ε, positive
 * @param momentumDecay ψ
 * @param weightDecay λ
 * @param decoupled whether weights decay by themselves
 * @see <a href="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ">Dozat 2016</a>
 */
public record NAdam(
    float learningRate,
    float beta1,
    float beta2,
    float epsilon,
    float momentumDecay,
    float weightDecay,
    boolean decoupled)
    implements Optimizer {

  public NAdam {
    Optimizer.requirePositive("learning rate", learningRate);
    Optimizer.requireFraction("beta1", beta1);
    Optimizer.requireFraction("beta2", beta2);
    Optimizer.requirePositive("epsilon", epsilon);
    Optimizer.requireNotNegative("momentum decay", momentumDecay);
    Optimizer.requireNotNegative("weight decay", weightDecay);
  }

  /** PyTorch's. */
  public NAdam(float learningRate) {
    this(learningRate, 0.9f, 0.999f, 1e-8f, 4e-3f, 0, false);
  }

  /** The same with other averages. */
  public NAdam withBetas(float first, float second) {
    return new NAdam(learningRate, first, second, epsilon, momentumDecay, weightDecay, decoupled);
  }

  /** The same with weight decay. */
  public NAdam withWeightDecay(float value) {
    return new NAdam(learningRate, beta1, beta2, epsilon, momentumDecay, value, decoupled);
  }
}
