package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Embedding;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.Updates;

/**
 * Kernels for CPU OpenCL devices: rows and columns in register tiles of vectors. The plain loops
 * leave most of a CPU's lanes idle there, and read every weight for a single multiplication.
 */
public final class WideKernels {

  /** The set. */
  public static final KernelSet WIDE =
      new KernelSet(
          "wide",
          WideProduct.ROWS,
          true,
          (parameters, positions) -> 16,
          64,
          new Recurrence.Loops(WideForward::forward, WideBackward::backward, WideGeneration::write),
          WideParameters::addBias,
          Embedding::embed,
          WideOutput::linear,
          WideOutput::softmax,
          WideParameters::transpose,
          WideOutput::linearBackward,
          WideWeightGradients::affine,
          WideWeightGradients::lookUp,
          Embedding::embedBackward,
          WideParameters::combine,
          Updates.annotatedBut(WideParameters::descend));

  private WideKernels() {}
}
