package uk.ac.manchester.tornado.api;

/** The hardware behind a device; sizes in bytes, frequency in MHz. */
public interface TornadoTargetDevice {

  String getDeviceName();

  long getDeviceGlobalMemorySize();

  long getDeviceLocalMemorySize();

  int getDeviceMaxComputeUnits();

  long[] getDeviceMaxWorkItemSizes();

  long[] getDeviceMaxWorkGroupSize();

  int getMaxThreadsPerBlock();

  int getDeviceMaxClockFrequency();

  long getDeviceMaxConstantBufferSize();

  long getDeviceMaxAllocationSize();

  String getDeviceInfo();
}
