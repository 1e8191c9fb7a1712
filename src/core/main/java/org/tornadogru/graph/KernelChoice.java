package org.tornadogru.graph;

import org.tornadogru.device.Device;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.simd.SimdKernels;
import org.tornadogru.kernels.wide.WideKernels;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** Which twins run on a target: the one place where that is decided. */
public enum KernelChoice {
  /**
   * What is fastest there, as far as that is known. A GPU gets the work-groups, whose speed is
   * unmeasured: one work-item per row of the batch cannot keep it busy.
   */
  AUTO {
    @Override
    public KernelSet on(Device target) {
      if (target.isPlainJvm()) {
        return (hasVectorModule() && SimdKernels.suitThisCpu() ? SIMD : ANNOTATED).on(target);
      }
      boolean openCl = target.backendType() == TornadoVMBackendType.OPENCL;
      return switch (target.type()) {
        case GPU -> WORKGROUP.on(target);
        case CPU -> (openCl ? WIDE : ANNOTATED).on(target);
        default -> ANNOTATED.on(target);
      };
    }
  },
  /** The annotated loops, on any target. */
  ANNOTATED {
    @Override
    public KernelSet on(Device target) {
      return KernelSet.ANNOTATED;
    }
  },
  /** Register tiles, for CPU OpenCL devices; they run wherever vectors of 16 can be compiled. */
  WIDE {
    @Override
    public KernelSet on(Device target) {
      return switch (target.backendType()) {
        case CUDA, PTX ->
            throw new InvalidInputException(
                "kernels wide do not run on device %s: TornadoVM's %s backend cannot compile vectors of 16; choose workgroup or annotated"
                    .formatted(target.id(), target.backendType()));
        default -> WideKernels.WIDE;
      };
    }
  },
  /** Work-groups for GPUs, on any target. */
  WORKGROUP {
    @Override
    public KernelSet on(Device target) {
      return WorkgroupKernels.WORKGROUP;
    }
  },
  /** The Vector API, on the plain JVM. */
  SIMD {
    @Override
    public KernelSet on(Device target) {
      if (!target.isPlainJvm()) {
        throw new InvalidInputException(
            "kernels simd run on the plain JVM, not on device %s: choose others, or --device jvm"
                .formatted(target.id()));
      }
      if (!hasVectorModule()) {
        throw new InvalidInputException(
            "kernels simd need the module %s: start java with --add-modules %s, or choose annotated"
                .formatted(VECTOR_MODULE, VECTOR_MODULE));
      }
      return SimdKernels.SIMD;
    }
  };

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /**
   * The kernels for a target.
   *
   * @throws InvalidInputException if they do not run there
   */
  public abstract KernelSet on(Device target);
}
