package org.tornadogru.device;

/**
 * What this library needs of TornadoVM's own settings. TornadoVM reads them once, when its classes
 * are loaded: they must be set before anything is asked of it.
 */
final class TornadoSettings {

  /**
   * Whether a kernel that does not compile, or a device that fails, quietly runs as Java: what is
   * taken for the device's answer, or its time, would be the JVM's. So nobody may switch it on.
   */
  private static final String BAILOUT = "tornado.recover.bailout";

  /**
   * TornadoVM's buffer for the code of a graph holds a hundred tasks or so, less than a step of a
   * stack of bidirectional layers. A user may want more.
   */
  private static final String GRAPH_CODE_SIZE = "tornado.tvm.maxbytecodesize";

  private TornadoSettings() {}

  static void apply() {
    System.setProperty(BAILOUT, "False");
    if (System.getProperty(GRAPH_CODE_SIZE) == null) {
      System.setProperty(GRAPH_CODE_SIZE, Integer.toString(1 << 16));
    }
  }
}
