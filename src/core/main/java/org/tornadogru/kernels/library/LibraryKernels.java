package org.tornadogru.kernels.library;

import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;

/** Kernels for NVIDIA's GPUs whose products of matrices are cuBLAS'. */
public final class LibraryKernels {

  /** The set; the rest is that of work-groups. */
  public static final KernelSet CUBLAS = of("cublas", 0);

  /** The same on tensor cores, with operands of 11 bits. */
  public static final KernelSet CUBLAS_TF32 = of("cublas-tf32", Multiplication.TF32);

  private LibraryKernels() {}

  private static KernelSet of(String name, int precision) {
    LibraryProduct products = new LibraryProduct(precision);
    return WorkgroupKernels.WORKGROUP.withProducts(
        name, products::linear, products::linearBackward, products::affine);
  }
}
