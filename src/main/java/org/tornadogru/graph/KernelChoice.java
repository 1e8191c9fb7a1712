package org.tornadogru.graph;

import org.tornadogru.device.Target;
import org.tornadogru.kernels.KernelSet;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** Which twins run on a target: the one place where that is decided. */
public enum KernelChoice {
  /** What is fastest there. */
  AUTO {
    @Override
    public KernelSet<?> on(Target target) {
      boolean openClCpu =
          target.backendType() == TornadoVMBackendType.OPENCL
              && target.type() == TornadoDeviceType.CPU;
      return openClCpu ? KernelSet.WIDE : KernelSet.ANNOTATED;
    }
  },
  /** The annotated loops, on any target. */
  ANNOTATED {
    @Override
    public KernelSet<?> on(Target target) {
      return KernelSet.ANNOTATED;
    }
  },
  /** Register tiles, for CPU OpenCL devices; they run on any target. */
  WIDE {
    @Override
    public KernelSet<?> on(Target target) {
      return KernelSet.WIDE;
    }
  };

  /** The kernels for a target. */
  public abstract KernelSet<?> on(Target target);
}
