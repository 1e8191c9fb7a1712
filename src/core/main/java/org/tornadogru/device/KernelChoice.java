package org.tornadogru.device;

import org.tornadogru.device.Device.Backend;
import org.tornadogru.kernels.simd.SimdKernels;
import org.tornadogru.nn.InvalidInputException;

/** Which implementation of the kernels runs on a device: the one place where that is decided. */
public enum KernelChoice {
  /** What is fastest there, as far as that is known. */
  AUTO,
  /** The annotated loops, on any device. */
  ANNOTATED,
  /** Register tiles, for CPU OpenCL devices; they run wherever vectors of 16 can be compiled. */
  WIDE,
  /** Work-groups for GPUs, on any device but an FPGA. */
  WORKGROUP,
  /** Work-groups, and NVIDIA's cuBLAS for products of matrices, through CUDA. */
  CUBLAS,
  /**
   * The same with operands of 11 bits instead of 24 for those products, on tensor cores: TF32,
   * which PyTorch's GRU takes unless it is told not to.
   */
  CUBLAS_TF32,
  /** The same with operands of 8 bits: bfloat16. */
  CUBLAS_BF16,
  /** The Vector API, on the plain JVM. */
  SIMD;

  /** What {@link #SIMD} needs, and {@code java} leaves out unless told. */
  public static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** Whether this process has the Vector API. */
  public static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /** The choice for a device, never {@link #AUTO}. */
  KernelChoice on(Backend backend, Device.Type type, String id) {
    switch (this) {
      case AUTO -> {
        return fastest(backend, type);
      }
      case WIDE -> {
        if (backend == Backend.CUDA || backend == Backend.PTX) {
          throw new InvalidInputException(
              "kernels wide do not run on device %s: TornadoVM's %s backend cannot compile vectors of 16; choose workgroup or annotated"
                  .formatted(id, backend));
        }
      }
      case WORKGROUP -> {
        if (type == Device.Type.ACCELERATOR || type == Device.Type.FPGA) {
          throw new InvalidInputException(
              "kernels workgroup do not run on device %s: TornadoVM compiles the loops of work-groups wrongly for an FPGA; choose annotated"
                  .formatted(id));
        }
      }
      case CUBLAS, CUBLAS_TF32, CUBLAS_BF16 -> {
        if (backend != Backend.CUDA) {
          throw new InvalidInputException(
              "kernels cublas run through CUDA, not on device %s: choose workgroup or annotated"
                  .formatted(id));
        }
        if (this == CUBLAS_BF16) {
          NvidiaLibrary.requireExtendedProduct();
        } else {
          NvidiaLibrary.requireCublas();
        }
      }
      case SIMD -> {
        if (backend != Backend.JAVA) {
          throw new InvalidInputException(
              "kernels simd run on the plain JVM, not on device %s: choose other kernels, or device jvm"
                  .formatted(id));
        }
        if (!hasVectorModule()) {
          throw new InvalidInputException(
              "kernels simd need the module %s: start java with --add-modules %s, or choose annotated"
                  .formatted(VECTOR_MODULE, VECTOR_MODULE));
        }
      }
      default -> {}
    }
    return this;
  }

  /** One work-item per row of the batch cannot keep a GPU busy, which gets the work-groups. */
  private static KernelChoice fastest(Backend backend, Device.Type type) {
    if (backend == Backend.JAVA) {
      return hasVectorModule() && SimdKernels.suitThisCpu() ? SIMD : ANNOTATED;
    }
    return switch (type) {
      case GPU -> WORKGROUP;
      case CPU -> backend == Backend.OPENCL ? WIDE : ANNOTATED;
      default -> ANNOTATED;
    };
  }
}
