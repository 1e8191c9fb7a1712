package org.tornadogru.oracle;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Stochastic gradient descent with clipping by global norm, in double precision.
 *
 * <pre>
 *   ‖g‖ = √ Σ g²   over all tensors together, of the mean loss
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

  /** The global norm over all tensors. The gradient of the initial state is not part of it. */
  public static double norm(Map<String, double[]> gradients) {
    return Math.sqrt(
        gradients.values().stream().flatMapToDouble(Arrays::stream).map(g -> g * g).sum());
  }

  /** What clipping multiplies the gradients by: 1, or clip / ‖g‖ if the norm is above clip. */
  public double scale(Map<String, double[]> gradients) {
    double norm = norm(gradients);
    return norm > clip ? clip / norm : 1;
  }

  /** New tensors after one step; the arguments are left as they are. */
  public Map<String, double[]> step(
      Map<String, double[]> tensors, Map<String, double[]> gradients) {
    double rate = learningRate * scale(gradients);
    Map<String, double[]> updated = new LinkedHashMap<>();
    tensors.forEach(
        (name, theta) -> {
          double[] g = gradients.get(name);
          updated.put(
              name,
              IntStream.range(0, theta.length).mapToDouble(i -> theta[i] - rate * g[i]).toArray());
        });
    return updated;
  }
}
