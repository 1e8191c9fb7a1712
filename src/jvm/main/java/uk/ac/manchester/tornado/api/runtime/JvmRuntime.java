package uk.ac.manchester.tornado.api.runtime;

import java.util.Properties;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;

/** The runtime that needs nothing but this JVM: one backend with one device. */
final class JvmRuntime implements TornadoRuntime {

  private final JvmBackend backend = new JvmBackend();

  /** TornadoVM's options begin as the system's properties. */
  private final Properties options = new Properties(System.getProperties());

  Properties options() {
    return options;
  }

  @Override
  public TornadoBackend getBackend(int index) {
    if (index != 0) {
      throw new TornadoBackendNotFound(
          "backend " + index + " does not exist: the plain-JVM runtime has only backend 0");
    }
    return backend;
  }

  @Override
  public void setDefaultBackend(int index) {
    getBackend(index);
  }

  @Override
  public TornadoVMBackendType getBackendType(int index) {
    return getBackend(index).getBackendType();
  }

  @Override
  public <D extends TornadoBackend> D getBackend(Class<D> type) {
    if (!type.isInstance(backend)) {
      throw new TornadoBackendNotFound("the plain-JVM runtime has no " + type.getName());
    }
    return type.cast(backend);
  }

  @Override
  public int getNumBackends() {
    return 1;
  }

  @Override
  public TornadoDevice getDefaultDevice() {
    return backend.getDefaultDevice();
  }

  @Override
  public <D extends TornadoBackend> int getBackendIndex(Class<D> type) {
    getBackend(type);
    return 0;
  }

  @Override
  public boolean isProfilerEnabled() {
    return false;
  }

  @Override
  public boolean isPowerMonitoringEnabled() {
    return false;
  }

  @Override
  public long getPowerMetric() {
    throw new UnsupportedOperationException("the plain-JVM runtime does not measure power");
  }
}
