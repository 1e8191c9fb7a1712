package org.tornadogru.optim;

/**
 * Adam, AdamW and AMSGrad.
 *
 * <pre>
 *   Adam   g ← g + λ w             AdamW  w ← w − η λ w
 *   m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²          AMSGrad  v̂ ← max(v̂, v), otherwise v̂ = v
 *   w ← w − η / (1 − β₁ᵗ) · m / (√v̂ / √(1 − β₂ᵗ) + ε)
 * </pre>
 *
 * @param learningRate η
 * @param beta1 β₁
 * @param beta2 β₂
 * @param epsilon ε, positive
 * @param weightDecay λ
 * @param decoupled whether weights decay by themselves, as in AdamW
 * @param amsgrad whether v̂ never falls
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba 2015</a>, <a
 *     href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter 2019</a>, <a
 *     href="https://openreview.net/forum?id=ryQu7f-RZ">Reddi et al. 2018</a>
 */
public record Adam(
    float learningRate,
    float beta1,
    float beta2,
    float epsilon,
    float weightDecay,
    boolean decoupled,
    boolean amsgrad)
    implements Optimizer {

  public Adam {
    Optimizer.requirePositive("learning rate", learningRate);
    Optimizer.requireFraction("beta1", beta1);
    Optimizer.requireFraction("beta2", beta2);
    Optimizer.requirePositive("epsilon", epsilon);
    Optimizer.requireNotNegative("weight decay", weightDecay);
  }

  /** PyTorch's Adam. */
  public Adam(float learningRate) {
    this(learningRate, 0.9f, 0.999f, 1e-8f, 0, false, false);
  }

  /** AdamW: weights decay by themselves; PyTorch's λ is 0.01. */
  public static Adam decoupled(float learningRate, float weightDecay) {
    return new Adam(learningRate, 0.9f, 0.999f, 1e-8f, weightDecay, true, false);
  }

  /** The same with other averages. */
  public Adam withBetas(float first, float second) {
    return new Adam(learningRate, first, second, epsilon, weightDecay, decoupled, amsgrad);
  }

  /** The same with weight decay. */
  public Adam withWeightDecay(float value) {
    return new Adam(learningRate, beta1, beta2, epsilon, value, decoupled, amsgrad);
  }

  /** AMSGrad of it. */
  public Adam withAmsgrad() {
    return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, decoupled, true);
  }
}
