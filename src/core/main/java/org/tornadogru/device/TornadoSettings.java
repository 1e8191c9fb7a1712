package org.tornadogru.device;

import org.tornadogru.nn.InvalidInputException;

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

  /** What TornadoVM has read; false where it does not let us see, or is not there. */
  private static boolean fallsBackToJava() {
    try {
      return Class.forName("uk.ac.manchester.tornado.runtime.common.TornadoOptions")
          .getField("RECOVER_BAILOUT")
          .getBoolean(null);
    } catch (ReflectiveOperationException notToBeSeen) {
      return false;
    }
  }

  static void apply() {
    System.setProperty(BAILOUT, "False");
    if (fallsBackToJava()) {
      throw new InvalidInputException(
          "TornadoVM was used before this library, and would run as Java what a device refuses: start java with -D%s=False"
              .formatted(BAILOUT));
    }
    if (System.getProperty(GRAPH_CODE_SIZE) == null) {
      System.setProperty(GRAPH_CODE_SIZE, Integer.toString(1 << 16));
    }
  }
}
