package org.tornadogru.nn;

/** How the parameters of a model begin: one of the usual ways. */
public enum Initialization implements Initializers {
  /** Weights N(0, 0.01²), biases 0: d2l from scratch. */
  NORMAL(Initializer.NORMAL, Initializer.NORMAL, Initializer.ZEROS),
  /** Weights and biases U(−1/√H, 1/√H): PyTorch, and so d2l concise. */
  UNIFORM(Initializer.UNIFORM, Initializer.UNIFORM, Initializer.UNIFORM),
  /** Input weights Glorot, recurrent weights orthogonal, biases 0: Keras. */
  KERAS(Initializer.GLOROT, Initializer.ORTHOGONAL, Initializer.ZEROS);

  private final Initializer weight;
  private final Initializer recurrent;
  private final Initializer bias;

  Initialization(Initializer weight, Initializer recurrent, Initializer bias) {
    this.weight = weight;
    this.recurrent = recurrent;
    this.bias = bias;
  }

  @Override
  public Initializer of(ParameterKind kind) {
    return switch (kind) {
      case INPUT_WEIGHT, LINEAR_WEIGHT -> weight;
      case RECURRENT_WEIGHT -> recurrent;
      case BIAS, LINEAR_BIAS -> bias;
    };
  }
}
