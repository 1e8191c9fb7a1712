package org.tornadogru.kernels.wide;

import java.util.Optional;
import org.tornadogru.kernels.Arrangement;
import org.tornadogru.kernels.CrossEntropy;
import org.tornadogru.kernels.Embedding;
import org.tornadogru.kernels.GradientDescent;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.LinearLayer;
import org.tornadogru.kernels.Losses;
import org.tornadogru.kernels.Packing;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.Sums;
import org.tornadogru.kernels.Transposition;
import org.tornadogru.kernels.Updates;
import org.tornadogru.kernels.Variants;
import org.tornadogru.kernels.WeightGradients;

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
          false,
          true,
          KernelSet.SINGLE,
          (parameters, positions) -> 16,
          parameters -> 64,
          new Recurrence.Loops(WideForward::forward, WideBackward::backward, WideGeneration::write),
          Variants.ANNOTATED,
          Arrangement.Backward.ANNOTATED,
          WideParameters::addBias,
          Embedding::embed,
          LinearLayer.Linear.loops(WideOutput::linear),
          Losses.annotatedBut(CrossEntropy.OfClasses.loops(WideOutput::softmax)),
          Transposition.Transpose.loops(WideParameters::transpose),
          LinearLayer.LinearBackward.loops(WideOutput::linearBackward),
          WeightGradients.Affine.loops(WideWeightGradients::affine),
          WeightGradients.LookUp.loops(WideWeightGradients::lookUp),
          Embedding.EmbedBackward.loops(Embedding::embedBackward),
          Sums.annotatedBut(GradientDescent.Combine.loops(WideParameters::combine)),
          Updates.annotatedBut(WideParameters::descend),
          Packing.NONE,
          Optional.empty());

  private WideKernels() {}
}
