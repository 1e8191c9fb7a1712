package uk.ac.manchester.tornado.api.runtime;

import uk.ac.manchester.tornado.api.TornadoDeviceContext;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.memory.TornadoMemoryProvider;

/** This JVM as a device: its memory is the heap, its compute units are the processors. */
final class JvmDevice
    implements TornadoDevice, TornadoTargetDevice, TornadoDeviceContext, TornadoMemoryProvider {

  private static final int MAX_WORK_GROUP = 1024;

  @Override
  public String getDeviceName() {
    return "Java virtual machine";
  }

  @Override
  public void clean() {}

  @Override
  public String getDescription() {
    return getDeviceName() + " " + Runtime.version() + ", " + getAvailableProcessors() + " cores";
  }

  @Override
  public String getPlatformName() {
    return "Java";
  }

  @Override
  public TornadoTargetDevice getPhysicalDevice() {
    return this;
  }

  @Override
  public TornadoDeviceContext getDeviceContext() {
    return this;
  }

  @Override
  public TornadoMemoryProvider getMemoryManager() {
    return this;
  }

  @Override
  public long getHeapSize() {
    return getDeviceGlobalMemorySize();
  }

  @Override
  public boolean isFP64Supported() {
    return true;
  }

  @Override
  public TornadoDeviceType getDeviceType() {
    return TornadoDeviceType.CPU;
  }

  @Override
  public long getMaxAllocMemory() {
    return getDeviceMaxAllocationSize();
  }

  @Override
  public long getMaxGlobalMemory() {
    return getDeviceGlobalMemorySize();
  }

  @Override
  public long getDeviceGlobalMemorySize() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public long getDeviceLocalMemorySize() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public long[] getDeviceMaxWorkgroupDimensions() {
    return getDeviceMaxWorkItemSizes();
  }

  @Override
  public String getDeviceOpenCLCVersion() {
    return "";
  }

  @Override
  public String getDeviceInfo() {
    return getDescription();
  }

  @Override
  public int getBackendIndex() {
    return 0;
  }

  @Override
  public TornadoVMBackendType getTornadoVMBackend() {
    return TornadoVMBackendType.JAVA;
  }

  @Override
  public boolean isSPIRVSupported() {
    return false;
  }

  @Override
  public int getDeviceMaxComputeUnits() {
    return getAvailableProcessors();
  }

  @Override
  public long[] getDeviceMaxWorkItemSizes() {
    return new long[] {MAX_WORK_GROUP, MAX_WORK_GROUP, MAX_WORK_GROUP};
  }

  @Override
  public long[] getDeviceMaxWorkGroupSize() {
    return new long[] {MAX_WORK_GROUP};
  }

  @Override
  public int getMaxThreadsPerBlock() {
    return MAX_WORK_GROUP;
  }

  @Override
  public int getDeviceMaxClockFrequency() {
    return 0;
  }

  @Override
  public long getDeviceMaxConstantBufferSize() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public long getDeviceMaxAllocationSize() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public String toString() {
    return getDeviceName();
  }
}
