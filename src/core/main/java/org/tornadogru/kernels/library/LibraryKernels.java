package org.tornadogru.kernels.library;

import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;

/** Kernels for NVIDIA's GPUs whose products of matrices are cuBLAS'. */
public final class LibraryKernels {

  /** The set; the rest is that of work-groups. */
  public static final KernelSet CUBLAS =
      WorkgroupKernels.WORKGROUP.withProducts(
          "cublas", LibraryProduct::linear, LibraryProduct::linearBackward, LibraryProduct::affine);

  private LibraryKernels() {}
}
