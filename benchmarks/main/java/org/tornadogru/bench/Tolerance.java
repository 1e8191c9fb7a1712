package org.tornadogru.bench;

import org.tornadogru.kernels.KernelSet;

/**
 * How far right answers may be apart: as far as rounding takes them. What is further off has been
 * computed wrongly, by a race for example, however small the difference looks.
 *
 * <p>A sum of n numbers rounds n times. The errors have either sign, so that they leave about √n of
 * a float's precision u = 2⁻²⁴; the worst case, n · u, would let everything pass where n is the 10⁵
 * positions of a batch. An answer is off by that of the longest sum on the way to it, relative to
 * the largest value of its tensor, since the small ones beside it are differences of large ones:
 *
 * <pre>
 *   logits               n = H            units of a state; so are the gates, but a state forgets
 *                                         the errors of earlier steps, so that T does not count
 *   losses               n = B + T        their mean: over a step's rows, then over the steps
 *   weights, gradients   n = B · T + H    positions of the batch, each of them off by its logits
 *
 *   tolerance = {@value #MARGIN} · (√n · u + e)
 * </pre>
 *
 * Where products round what they multiply to p bits, each term of a sum is off by e = 2 · 2⁻ᵖ of
 * its size; otherwise e is 0.
 *
 * <p>The factor is for all that this leaves out: approximations of exp and tanh, other orders of
 * additions, updates that build on each other. At the shapes of {@link Work#all}, right answers
 * used at most 0.16 of it for logits, 0.02 for losses, and 0.13 for weights and gradients: SIMD on
 * the plain JVM and all kernels on PoCL against the annotated loops, and those, LibTorch and ONNX
 * Runtime against double precision. With 131,072 positions and H 512 the output layer's bias used
 * 0.2, since like numbers add up in its gradient, whose errors keep their sign for long.
 *
 * @param work what was computed
 * @param operandBits p
 * @see <a href="https://doi.org/10.1137/18M1226312">Higham and Mary 2019, A new approach to
 *     probabilistic rounding error analysis</a>
 */
public record Tolerance(Work work, int operandBits) {

  private static final int MARGIN = 10;
  private static final double PRECISION = Math.ulp(1f) / 2;

  /** Of logits: relative to the largest of them. */
  public double ofLogits() {
    return ofSum(work.config().hiddenSize());
  }

  /** Of the logits that a text is chosen by, where one may be too high and another one too low. */
  public double ofText() {
    return 2 * ofLogits();
  }

  /** Of mean losses of the batch: relative to the largest of them. */
  public double ofLosses() {
    return ofSum(work.shape().batch() + work.shape().steps());
  }

  /** Of a tensor of weights after a few updates, or of gradients: relative to its largest value. */
  public double ofWeights() {
    return ofSum(work.shape().positions() + work.config().hiddenSize());
  }

  private double ofSum(int terms) {
    double rounded = operandBits == KernelSet.SINGLE ? 0 : Math.scalb(2.0, -operandBits);
    return MARGIN * (Math.sqrt(terms) * PRECISION + rounded);
  }
}
