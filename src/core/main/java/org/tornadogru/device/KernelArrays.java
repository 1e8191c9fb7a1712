package org.tornadogru.device;

import org.tornadogru.device.Device.Backend;

/**
 * What becomes of an array that a kernel makes for itself, a sum for each row for example. Every
 * work-item has its own, until TornadoVM compiles a reduction ({@code @Reduce}) for the same
 * backend: for the rest of the process it takes the arrays of all kernels for those of a reduction,
 * which the work-items of a group share, and compiles them so without a word.
 */
public final class KernelArrays {

  private KernelArrays() {}

  /**
   * Whether kernels that are compiled from now on share them; false where there is no TornadoVM, or
   * where it does not let us see.
   */
  public static boolean areShared(Backend backend) {
    String prefix =
        switch (backend) {
          case OPENCL -> "opencl.graal.OCL";
          case PTX -> "ptx.graal.PTX";
          case CUDA -> "cuda.graal.CUDA";
          case SPIRV -> "spirv.graal.SPIRV";
          case METAL -> "metal.graal.Metal";
          case JAVA, VIRTUAL -> null;
        };
    if (prefix == null) {
      return false;
    }
    try {
      return (boolean)
          Class.forName("uk.ac.manchester.tornado.drivers.%sLoweringProvider".formatted(prefix))
              .getMethod("isGPUSnippet")
              .invoke(null);
    } catch (ReflectiveOperationException notToBeSeen) {
      return false;
    }
  }
}
