package org.tornadogru.oracle;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.tornadogru.oracle.ReferenceGru.Gradients;

/**
 * Gradients without calculus: the five-point central difference of {@link ReferenceGru#loss}.
 *
 * <pre>
 *   f'(x) ≈ (8 (f(x + ε) − f(x − ε)) − (f(x + 2ε) − f(x − 2ε))) / 12ε,   error O(ε⁴)
 * </pre>
 *
 * With ε = 1e-3 both truncation and cancellation stay near 1e-12.
 */
public final class FiniteDifferences {
  private static final double EPSILON = 1e-3;

  private FiniteDifferences() {}

  /**
   * Numerical gradients of the mean loss by every parameter and by h0.
   *
   * @param tokens [steps + 1][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   */
  public static Gradients gradients(
      ReferenceGru gru, ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    ReferenceParameters point = parameters.copy();
    double[][] state = Arrays.stream(h0).map(double[]::clone).toArray(double[][]::new);
    DoubleSupplier loss = () -> gru.loss(point, tokens, state);

    ReferenceParameters gradients = parameters.copy();
    for (String name : ReferenceParameters.NAMES) {
      double[] gradient = gradient(loss, point.tensor(name));
      System.arraycopy(gradient, 0, gradients.tensor(name), 0, gradient.length);
    }
    double[][] stateGradient = new double[h0.length][];
    for (int b = 0; b < h0.length; b++) {
      stateGradient[b] = gradient(loss, state[b]);
    }
    return new Gradients(loss.getAsDouble(), gradients, stateGradient);
  }

  /**
   * The derivative of f by each element of the point that f reads.
   *
   * @param point left as it was
   */
  public static double[] gradient(DoubleSupplier f, double[] point) {
    double[] gradient = new double[point.length];
    for (int i = 0; i < point.length; i++) {
      gradient[i] =
          (8 * difference(f, point, i, EPSILON) - difference(f, point, i, 2 * EPSILON))
              / (12 * EPSILON);
    }
    return gradient;
  }

  /** f(x + ε) − f(x − ε) along element i; x is left as it was. */
  private static double difference(DoubleSupplier f, double[] x, int i, double epsilon) {
    double value = x[i];
    x[i] = value + epsilon;
    double above = f.getAsDouble();
    x[i] = value - epsilon;
    double below = f.getAsDouble();
    x[i] = value;
    return above - below;
  }
}
