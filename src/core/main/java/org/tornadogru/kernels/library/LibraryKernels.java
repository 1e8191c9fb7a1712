package org.tornadogru.kernels.library;

import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;

/** Kernels for NVIDIA's GPUs whose products of matrices are cuBLAS'. */
public final class LibraryKernels {

  /** The set; the rest is that of work-groups. */
  public static final KernelSet CUBLAS = of("cublas", KernelSet.SINGLE);

  /** The same on tensor cores, with operands of 11 bits. */
  public static final KernelSet CUBLAS_TF32 = of("cublas-tf32", Multiplication.TF32);

  /** The same with operands of 8 bits. */
  public static final KernelSet CUBLAS_BF16 = of("cublas-bf16", Multiplication.BF16);

  private LibraryKernels() {}

  private static KernelSet of(String name, int bits) {
    LibraryProduct products = new LibraryProduct(bits);
    return WorkgroupKernels.WORKGROUP.withProducts(
        name, bits, products::linear, products::linearBackward, products::affine);
  }
}
