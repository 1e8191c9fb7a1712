package org.tornadogru.oracle;

/**
 * Stochastic gradient descent with clipping by global norm, in double precision.
 *
 * <pre>
 *   ‖g‖ = √ Σ g²   over all six parameters together, of the mean loss
 *   θ'  = θ − learningRate · min(1, clip / ‖g‖) · g
 * </pre>
 *
 * d2l's rule; PyTorch's {@code clip_grad_norm_} differs by an added 1e-6 in the denominator.
 *
 * @param learningRate step size, at least 0
 * @param clip largest norm a gradient may have; {@link Double#POSITIVE_INFINITY} for no clipping
 * @see <a href="https://d2l.ai/chapter_recurrent-neural-networks/rnn-scratch.html">Dive into Deep
 *     Learning, section 9.5: gradient clipping</a>
 */
public record ReferenceSgd(double learningRate, double clip) {

  /** The global norm over all parameters. The gradient of the initial state is not part of it. */
  public static double norm(ReferenceParameters gradients) {
    double squares = 0;
    for (double[] tensor : gradients.tensors().values()) {
      for (double g : tensor) {
        squares += g * g;
      }
    }
    return Math.sqrt(squares);
  }

  /** What clipping multiplies the gradients by: 1, or clip / ‖g‖ if the norm is above clip. */
  public double scale(ReferenceParameters gradients) {
    double norm = norm(gradients);
    return norm > clip ? clip / norm : 1;
  }

  /** New parameters after one step; the arguments are left as they are. */
  public ReferenceParameters step(ReferenceParameters parameters, ReferenceParameters gradients) {
    double rate = learningRate * scale(gradients);
    ReferenceParameters updated = parameters.copy();
    for (String name : ReferenceParameters.NAMES) {
      double[] theta = updated.tensor(name);
      double[] g = gradients.tensor(name);
      for (int i = 0; i < theta.length; i++) {
        theta[i] -= rate * g[i];
      }
    }
    return updated;
  }
}
