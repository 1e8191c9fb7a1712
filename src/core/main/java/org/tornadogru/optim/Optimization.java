package org.tornadogru.optim;

import java.io.Serializable;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a model is trained: what bounds its gradients, what makes updates of them, and which weights
 * are treated apart.
 *
 * <pre>{@code
 * Optimization adam = Optimization.of(Adam.decoupled(1e-3f, 0.01f)).clip(Clipping.norm(1f)).withoutBiasDecay();
 * }</pre>
 *
 * @param optimizer makes updates of gradients
 * @param clipping bounds gradients before
 * @param decaysBiases whether weight decay acts on biases too
 * @param frozen names of tensors that stay as they are, as in {@link org.tornadogru.nn.Parameter}
 * @param averaging how much of an exponential moving average of the weights is kept in each update,
 *     from 0 to below 1; 0 for no average
 */
public record Optimization(
    Optimizer optimizer,
    Clipping clipping,
    boolean decaysBiases,
    Set<String> frozen,
    float averaging)
    implements Serializable {

  public Optimization {
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(clipping, "clipping");
    frozen = Set.copyOf(Objects.requireNonNull(frozen, "frozen"));
    Optimizer.requireFraction("averaging", averaging);
  }

  /** An optimizer without anything else. */
  public static Optimization of(Optimizer optimizer) {
    return new Optimization(optimizer, Clipping.NONE, true, Set.of(), 0);
  }

  /**
   * Gradient descent, clipped by the global norm, as in d2l.
   *
   * @param learningRate η, positive
   * @param clip largest global norm of the gradient of the mean loss, positive
   */
  public static Optimization sgd(float learningRate, float clip) {
    return of(new Sgd(learningRate)).clip(Clipping.norm(clip));
  }

  /** The same with bounds for the gradients. */
  public Optimization clip(Clipping value) {
    return new Optimization(optimizer, value, decaysBiases, frozen, averaging);
  }

  /** The same, but weight decay leaves biases alone. */
  public Optimization withoutBiasDecay() {
    return new Optimization(optimizer, clipping, false, frozen, averaging);
  }

  /** The same, but more tensors stay as they are: they have no gradient, in norms neither. */
  public Optimization freeze(String... names) {
    Set<String> all =
        Stream.concat(frozen.stream(), Stream.of(Objects.requireNonNull(names, "names")))
            .collect(Collectors.toUnmodifiableSet());
    return new Optimization(optimizer, clipping, decaysBiases, all, averaging);
  }

  /** The same with an exponential moving average of the weights: {@code a ← κ a + (1 − κ) w}. */
  public Optimization average(float kept) {
    return new Optimization(optimizer, clipping, decaysBiases, frozen, kept);
  }

  /** In one order, whoever asks. */
  @Override
  public String toString() {
    return "Optimization[%s, %s, decaysBiases=%s, frozen=%s, averaging=%s]"
        .formatted(optimizer, clipping, decaysBiases, new TreeSet<>(frozen), averaging);
  }
}
