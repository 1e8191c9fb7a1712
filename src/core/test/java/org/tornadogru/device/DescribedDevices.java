package org.tornadogru.device;

import java.lang.reflect.Proxy;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** Devices of which there is only a description. */
public final class DescribedDevices {

  private DescribedDevices() {}

  /** The device of an index in a backend that has an index, too. */
  public static Device device(
      int backendIndex,
      int index,
      TornadoVMBackendType backend,
      TornadoDeviceType type,
      String platform) {
    TornadoDevice device =
        (TornadoDevice)
            Proxy.newProxyInstance(
                TornadoDevice.class.getClassLoader(),
                new Class<?>[] {TornadoDevice.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getTornadoVMBackend" -> backend;
                      case "getDeviceType" -> type;
                      case "getPlatformName", "getDescription" -> platform;
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    return new Device(backendIndex, index, device);
  }

  /** An NVIDIA GPU through one of the backends that know it. */
  public static Device nvidia(int backendIndex, int index, TornadoVMBackendType backend) {
    return device(backendIndex, index, backend, TornadoDeviceType.GPU, "NVIDIA CUDA");
  }
}
