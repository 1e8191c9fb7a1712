package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoDeviceContext;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A device that can execute task graphs; sizes in bytes. */
public interface TornadoDevice {

  String getDeviceName();

  /** Drops compiled kernels and device memory that no plan holds; here there is neither. */
  void clean();

  String getDescription();

  String getPlatformName();

  TornadoDeviceContext getDeviceContext();

  TornadoTargetDevice getPhysicalDevice();

  TornadoDeviceType getDeviceType();

  long getMaxAllocMemory();

  long getMaxGlobalMemory();

  long getDeviceLocalMemorySize();

  long[] getDeviceMaxWorkgroupDimensions();

  String getDeviceOpenCLCVersion();

  Object getDeviceInfo();

  int getBackendIndex();

  default int getAvailableProcessors() {
    return Runtime.getRuntime().availableProcessors();
  }

  TornadoVMBackendType getTornadoVMBackend();

  boolean isSPIRVSupported();
}
