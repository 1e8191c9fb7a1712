package org.tornadogru.device;

import org.tornadogru.device.Device.Backend;

/** Devices of which there is only a description. */
public final class DescribedDevices {

  private DescribedDevices() {}

  /** The device of an index in a backend that has an index, too. */
  public static Device device(
      int driver, int index, Backend backend, Device.Type type, String platform) {
    return new Device(
        driver, index, backend, type, platform, platform, 1, 1L << 30, 32_768, KernelChoice.AUTO);
  }

  /** An NVIDIA GPU through one of the backends that know it. */
  public static Device nvidia(int driver, int index, Backend backend) {
    return device(driver, index, backend, Device.Type.GPU, "NVIDIA CUDA");
  }
}
