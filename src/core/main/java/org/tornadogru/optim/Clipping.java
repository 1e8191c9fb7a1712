package org.tornadogru.optim;

import java.io.Serializable;

/**
 * What bounds the gradient of the mean loss before an update.
 *
 * @param kind of bound
 * @param limit positive; infinite for none
 */
public record Clipping(Kind kind, float limit) implements Serializable {

  /** What a limit is for. */
  public enum Kind {
    /** One norm over all weights, one factor for all of them: {@code clip_grad_norm_}. */
    NORM,
    /** A norm and a factor for each tensor: Keras' {@code clipnorm}. */
    TENSOR_NORM,
    /** Each number: {@code clip_grad_value_}. */
    VALUE
  }

  /** Gradients are taken as they are. */
  public static final Clipping NONE = new Clipping(Kind.NORM, Float.POSITIVE_INFINITY);

  public Clipping {
    if (limit != Float.POSITIVE_INFINITY) {
      Optimizer.requirePositive("clip", limit);
    }
  }

  /**
   * By the norm over all weights.
   *
   * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu et al. 2013, algorithm 1</a>
   */
  public static Clipping norm(float limit) {
    return limited(Kind.NORM, limit);
  }

  /** By the norm of each tensor. */
  public static Clipping tensorNorm(float limit) {
    return limited(Kind.TENSOR_NORM, limit);
  }

  /** By value. */
  public static Clipping value(float limit) {
    return limited(Kind.VALUE, limit);
  }

  private static Clipping limited(Kind kind, float limit) {
    Optimizer.requirePositive("clip", limit);
    return new Clipping(kind, limit);
  }

  /** Whether there is a limit. */
  public boolean acts() {
    return limit != Float.POSITIVE_INFINITY;
  }
}
