package org.tornadogru.kernels.simd;

import java.util.Optional;
import java.util.Set;
import jdk.incubator.vector.VectorShape;
import org.tornadogru.kernels.Arrangement;
import org.tornadogru.kernels.CrossEntropy;
import org.tornadogru.kernels.Embedding;
import org.tornadogru.kernels.GradientDescent;
import org.tornadogru.kernels.GruForward;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.LinearLayer;
import org.tornadogru.kernels.Losses;
import org.tornadogru.kernels.Packing;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.Sums;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Transposition;
import org.tornadogru.kernels.Updates;
import org.tornadogru.kernels.Variants;
import org.tornadogru.kernels.WeightGradients;

/**
 * Kernels for the plain JVM: products in blocks of vector registers, on every core. The annotated
 * loops run there on one core, one element at a time.
 *
 * <p>They need the module {@code jdk.incubator.vector} and arrays on the heap.
 */
public final class SimdKernels {

  private static final int AVX2_BITS = 256;

  /** Work for 64 cores. */
  private static final int LANES = 64;

  /** A megabyte: partial sums that stay in a core's cache. */
  private static final int CHEAP_PARTIALS = 1 << 18;

  /** So many positions are more work than to begin another sum. */
  private static final int WORTHY_POSITIONS = 256;

  private static final KernelSet PAIRS =
      of(
          SimdForward::forwardFromPairs,
          SimdGeneration::writeFromPairs,
          LinearLayer.Linear.loops(SimdOutput::linearFromPairs),
          BrainFloats::pack,
          Optional.empty());

  /** The set. */
  public static final KernelSet SIMD =
      of(
          SimdForward::forward,
          SimdGeneration::write,
          LinearLayer.Linear.loops(SimdOutput::linear),
          Packing.NONE,
          Optional.of(PAIRS));

  private static KernelSet of(
      GruForward.Loop forward,
      TextGeneration.Loop write,
      LinearLayer.Linear linear,
      Packing packing,
      Optional<KernelSet> pairs) {
    return new KernelSet(
        "simd",
        Products.ROWS,
        true,
        true,
        KernelSet.SINGLE,
        SimdKernels::slices,
        parameters -> LANES,
        new Recurrence.Loops(forward, SimdBackward::backward, write),
        Variants.loops(SimdVariantForward::forward, SimdVariantBackward::backward),
        new Arrangement.Backward(
            SimdArrangement::arrangeBackward, SimdArrangement::collectBackward),
        SimdParameters::addBias,
        SimdEmbedding::embed,
        linear,
        Losses.annotatedBut(CrossEntropy.OfClasses.loops(SimdOutput::softmax)),
        Transposition.Transpose.loops(SimdParameters::transpose),
        LinearLayer.LinearBackward.loops(SimdOutput::linearBackward),
        WeightGradients.Affine.loops(SimdGradients::affine),
        WeightGradients.LookUp.loops(SimdGradients::lookUp),
        Embedding.EmbedBackward.loops(SimdEmbedding::embedBackward),
        Sums.annotatedBut(GradientDescent.Combine.loops(SimdParameters::combine)),
        new Updates(
            SimdParameters::descend,
            SimdUpdates::descendWithMomentum,
            SimdUpdates::adapt,
            SimdUpdates::scaleByRoot),
        packing,
        pairs);
  }

  private SimdKernels() {}

  /**
   * Two, or up to 16 where that costs little. Cores that have no slice share the columns of one,
   * which are no sums of one another.
   */
  private static int slices(int parameters, int positions) {
    int most = Math.min(CHEAP_PARTIALS / parameters, positions / WORTHY_POSITIONS);
    return Math.clamp(most, 2, 16);
  }

  /**
   * Whether they are fast here: not on an x86 CPU older than AVX2, which has no fused multiply-add,
   * so that the JVM computes each one exactly, in software.
   */
  public static boolean suitThisCpu() {
    boolean x86 = Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
    return !x86 || VectorShape.preferredShape().vectorBitSize() >= AVX2_BITS;
  }
}
