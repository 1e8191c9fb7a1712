package org.tornadogru.nn;

/**
 * An activation function of a gate, with ONNX' names and parameters.
 *
 * @param kind which function
 * @param alpha α, where the function has one, otherwise 0
 * @param beta β, where the function has one, otherwise 0
 * @see <a href="https://onnx.ai/onnx/operators/onnx__GRU.html">ONNX, operator GRU</a>
 */
public record ActivationFunction(Kind kind, float alpha, float beta) {

  /** {@code f(x) = 1 / (1 + exp(−x))}. */
  public static final ActivationFunction SIGMOID = of(Kind.SIGMOID);

  /** {@code f(x) = tanh(x)}. */
  public static final ActivationFunction TANH = of(Kind.TANH);

  /** The functions. */
  public enum Kind {
    /** {@code 1 / (1 + exp(−x))}. */
    SIGMOID(0, 0, 0),
    /** {@code tanh(x)}. */
    TANH(1, 0, 0),
    /** {@code max(0, x)}. */
    RELU(2, 0, 0),
    /** {@code αx + β}; by default the identity. */
    AFFINE(3, 1, 0),
    /** {@code x} where x ≥ 0, otherwise {@code αx}. */
    LEAKY_RELU(4, 0.01f, 0),
    /** {@code x} where x > α, otherwise 0. */
    THRESHOLDED_RELU(5, 1, 0),
    /** {@code α tanh(βx)}. */
    SCALED_TANH(6, 1, 1),
    /** {@code min(max(αx + β, 0), 1)}. */
    HARD_SIGMOID(7, 0.2f, 0.5f),
    /** {@code x} where x ≥ 0, otherwise {@code α (exp(x) − 1)}. */
    ELU(8, 1, 0),
    /** {@code x / (1 + |x|)}. */
    SOFTSIGN(9, 0, 0),
    /** {@code log(1 + exp(x))}. */
    SOFTPLUS(10, 0, 0);

    private final int code;
    private final float alpha;
    private final float beta;

    Kind(int code, float alpha, float beta) {
      this.code = code;
      this.alpha = alpha;
      this.beta = beta;
    }

    /** What kernels know it by. */
    public int code() {
      return code;
    }
  }

  public ActivationFunction {
    if (!Float.isFinite(alpha) || !Float.isFinite(beta)) {
      throw new InvalidInputException(
          "activation %s has the parameters %s and %s: give finite numbers"
              .formatted(kind, alpha, beta));
    }
  }

  /** A function with its default parameters. */
  public static ActivationFunction of(Kind kind) {
    return new ActivationFunction(kind, kind.alpha, kind.beta);
  }

  /** Its name, and its parameters if they are not the default ones: {@code leaky_relu 0.2 0.0}. */
  @Override
  public String toString() {
    String name = GruProperty.word(kind);
    return equals(of(kind)) ? name : "%s %s %s".formatted(name, alpha, beta);
  }
}
