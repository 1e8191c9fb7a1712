package org.tornadogru.device;

/**
 * What this library needs of TornadoVM's own settings, unless the user has set them. TornadoVM
 * reads them once, when its classes are loaded: they must be set before anything is asked of it.
 */
final class TornadoSettings {

  /**
   * Whether a kernel that does not compile, or a device that fails, quietly runs as Java: then a
   * measurement of the device would be one of the JVM.
   */
  private static final String BAILOUT = "tornado.recover.bailout";

  /**
   * TornadoVM's buffer for the code of a graph holds a hundred tasks or so, less than a step of a
   * stack of bidirectional layers.
   */
  private static final String GRAPH_CODE_SIZE = "tornado.tvm.maxbytecodesize";

  private TornadoSettings() {}

  static void apply() {
    set(BAILOUT, "False");
    set(GRAPH_CODE_SIZE, Integer.toString(1 << 16));
  }

  private static void set(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
