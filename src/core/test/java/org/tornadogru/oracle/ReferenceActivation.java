package org.tornadogru.oracle;

import org.tornadogru.nn.ActivationFunction;

/**
 * An activation function and its derivative. At a kink, such as ReLU's at 0, the derivative is that
 * from one side: no test asks there, since random arguments never are exactly at one.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__GRU.html">ONNX, operator GRU</a>
 */
public record ReferenceActivation(ActivationFunction function) implements Tape.Scalar {

  /** σ. */
  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  @Override
  public double value(double x) {
    double alpha = function.alpha();
    double beta = function.beta();
    return switch (function.kind()) {
      case SIGMOID -> sigmoid(x);
      case TANH -> StrictMath.tanh(x);
      case RELU -> Math.max(0, x);
      case AFFINE -> alpha * x + beta;
      case LEAKY_RELU -> x >= 0 ? x : alpha * x;
      case THRESHOLDED_RELU -> x > alpha ? x : 0;
      case SCALED_TANH -> alpha * StrictMath.tanh(beta * x);
      case HARD_SIGMOID -> Math.clamp(alpha * x + beta, 0, 1);
      case ELU -> x >= 0 ? x : alpha * StrictMath.expm1(x);
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    };
  }

  @Override
  public double slope(double x) {
    double alpha = function.alpha();
    double beta = function.beta();
    return switch (function.kind()) {
      case SIGMOID -> sigmoid(x) * sigmoid(-x);
      case TANH -> StrictMath.pow(StrictMath.cosh(x), -2);
      case RELU -> x > 0 ? 1 : 0;
      case AFFINE -> alpha;
      case LEAKY_RELU -> x >= 0 ? 1 : alpha;
      case THRESHOLDED_RELU -> x > alpha ? 1 : 0;
      case SCALED_TANH -> alpha * beta * StrictMath.pow(StrictMath.cosh(beta * x), -2);
      case HARD_SIGMOID -> alpha * x + beta > 0 && alpha * x + beta < 1 ? alpha : 0;
      case ELU -> x >= 0 ? 1 : alpha * StrictMath.exp(x);
      case SOFTSIGN -> Math.pow(1 + Math.abs(x), -2);
      case SOFTPLUS -> sigmoid(x);
    };
  }
}
