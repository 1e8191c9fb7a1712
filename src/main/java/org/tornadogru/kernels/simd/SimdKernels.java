package org.tornadogru.kernels.simd;

import java.util.function.Function;
import org.tornadogru.kernels.KernelSet;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Kernels for the plain JVM: products in blocks of vector registers, on every core. The annotated
 * loops run there on one core, one element at a time.
 *
 * <p>They need the module {@code jdk.incubator.vector} and arrays on the heap.
 */
public final class SimdKernels {

  private SimdKernels() {}

  /** The set. */
  public static final KernelSet<FloatArray> SIMD =
      new KernelSet<>(
          "simd",
          Function.identity(),
          Products.ROWS,
          Cores.ALL.count(),
          16 * Cores.ALL.count(),
          SimdParameters::addBias,
          SimdForward::resetAfter,
          SimdForward::resetBefore,
          SimdOutput::scores,
          SimdOutput::softmax,
          SimdParameters::transpose,
          SimdOutput::backward,
          SimdBackward::resetAfter,
          SimdBackward::resetBefore,
          SimdGradients::affine,
          SimdGradients::lookUp,
          SimdParameters::combine,
          SimdParameters::descend,
          SimdGeneration::write);
}
