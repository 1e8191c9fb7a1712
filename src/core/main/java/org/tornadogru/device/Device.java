package org.tornadogru.device;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * A device that graphs can run on.
 *
 * @param backend index of its backend among TornadoVM's
 * @param index its index in that backend
 * @param device TornadoVM's handle
 */
public record Device(int backend, int index, TornadoDevice device) {

  /** What {@code --device} takes: {@code backend:index}, or {@code jvm} on the plain JVM. */
  public String id() {
    return isPlainJvm() ? DeviceCatalogue.PLAIN_JVM : backend + ":" + index;
  }

  /** Whether this is the plain-JVM runtime, where the host is the device. */
  public boolean isPlainJvm() {
    return device.getTornadoVMBackend() == TornadoVMBackendType.JAVA;
  }

  /** OPENCL, CUDA, PTX, JAVA. */
  public TornadoVMBackendType backendType() {
    return device.getTornadoVMBackend();
  }

  /** CPU, GPU, FPGA. */
  public TornadoDeviceType type() {
    return device.getDeviceType();
  }

  /** What its driver calls it. */
  public String name() {
    return device.getDescription().strip();
  }

  /** Cores of a CPU, multiprocessors of a GPU. */
  public int computeUnits() {
    return device.getPhysicalDevice().getDeviceMaxComputeUnits();
  }

  /** Bytes of its memory. */
  public long memory() {
    return device.getMaxGlobalMemory();
  }

  /** One line for people. */
  public String description() {
    return isPlainJvm()
        ? "plain JVM, %s %s".formatted(System.getProperty("java.vm.name"), Runtime.version())
        : "%s, %s, %s".formatted(backendType(), type(), name());
  }
}
