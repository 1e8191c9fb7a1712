package org.tornadogru.nn;

/** How the parameters of a model begin: one of the usual ways. */
public enum Initialization implements Initializers {
  /** Weights N(0, 0.01²), biases 0: d2l from scratch. */
  NORMAL(Initializer.NORMAL, Initializer.NORMAL, Initializer.NORMAL, Initializer.ZEROS),
  /** Weights and biases U(−1/√H, 1/√H), embeddings N(0, 1): PyTorch, and so d2l concise. */
  UNIFORM(
      Initializer.STANDARD_NORMAL, Initializer.UNIFORM, Initializer.UNIFORM, Initializer.UNIFORM),
  /**
   * Input weights Glorot, recurrent weights orthogonal, biases 0, embeddings U(−0.05, 0.05): Keras.
   */
  KERAS(Initializer.SMALL_UNIFORM, Initializer.GLOROT, Initializer.ORTHOGONAL, Initializer.ZEROS);

  private final Initializer embedding;
  private final Initializer weight;
  private final Initializer recurrent;
  private final Initializer bias;

  Initialization(
      Initializer embedding, Initializer weight, Initializer recurrent, Initializer bias) {
    this.embedding = embedding;
    this.weight = weight;
    this.recurrent = recurrent;
    this.bias = bias;
  }

  @Override
  public Initializer of(ParameterKind kind) {
    return switch (kind) {
      case EMBEDDING -> embedding;
      case INPUT_WEIGHT, LINEAR_WEIGHT -> weight;
      case RECURRENT_WEIGHT -> recurrent;
      case BIAS, LINEAR_BIAS -> bias;
    };
  }
}
