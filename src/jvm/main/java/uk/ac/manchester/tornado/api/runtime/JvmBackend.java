package uk.ac.manchester.tornado.api.runtime;

import java.util.List;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;

/** The backend of type JAVA. */
final class JvmBackend implements TornadoBackend {

  private final JvmDevice device = new JvmDevice();

  @Override
  public TornadoDevice getDefaultDevice() {
    return device;
  }

  @Override
  public void setDefaultDevice(int index) {
    getDevice(index);
  }

  @Override
  public int getNumDevices() {
    return 1;
  }

  @Override
  public TornadoDevice getDevice(int index) {
    if (index != 0) {
      throw new TornadoDeviceNotFound(
          "device 0:" + index + " does not exist: the plain-JVM runtime has only device 0:0");
    }
    return device;
  }

  @Override
  public List<TornadoDevice> getAllDevices() {
    return List.of(device);
  }

  @Override
  public TornadoDeviceType getTypeDefaultDevice() {
    return device.getDeviceType();
  }

  @Override
  public String getName() {
    return "Java";
  }

  @Override
  public int getNumPlatforms() {
    return 1;
  }

  @Override
  public TornadoVMBackendType getBackendType() {
    return TornadoVMBackendType.JAVA;
  }
}
