package uk.ac.manchester.tornado.api.runtime;

import uk.ac.manchester.tornado.api.TornadoRuntime;

/** Entry point to the runtime. */
public class TornadoRuntimeProvider {

  private static final JvmRuntime RUNTIME = new JvmRuntime();

  public TornadoRuntimeProvider() {}

  public static TornadoRuntime getTornadoRuntime() {
    return RUNTIME;
  }

  /** Sets one of TornadoVM's options; those that this runtime knows nothing of have no effect. */
  public static void setProperty(String key, String value) {
    RUNTIME.options().setProperty(key, value);
  }

  public static String getProperty(String key, String value) {
    return RUNTIME.options().getProperty(key, value);
  }

  public static String getProperty(String key) {
    return RUNTIME.options().getProperty(key);
  }

  public static boolean isProfilerEnabled() {
    return RUNTIME.isProfilerEnabled();
  }

  public static boolean isPowerMonitoringEnabled() {
    return RUNTIME.isPowerMonitoringEnabled();
  }
}
