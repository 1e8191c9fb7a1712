package uk.ac.manchester.tornado.api.runtime;

import uk.ac.manchester.tornado.api.TornadoRuntime;

/** Entry point to the runtime. */
public class TornadoRuntimeProvider {

  private static final TornadoRuntime RUNTIME = new JvmRuntime();

  public TornadoRuntimeProvider() {}

  public static TornadoRuntime getTornadoRuntime() {
    return RUNTIME;
  }

  public static boolean isProfilerEnabled() {
    return RUNTIME.isProfilerEnabled();
  }

  public static boolean isPowerMonitoringEnabled() {
    return RUNTIME.isPowerMonitoringEnabled();
  }
}
