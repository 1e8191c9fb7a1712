package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.memory.TornadoMemoryProvider;

/** What is shared by all that runs on a device. */
public interface TornadoDeviceContext {

  TornadoMemoryProvider getMemoryManager();

  String getDeviceName();

  boolean isFP64Supported();
}
