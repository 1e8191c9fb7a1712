package org.tornadogru.device;

import org.tornadogru.nn.InvalidInputException;

/** TornadoVM's API. What implements it does not come along with this library: users choose. */
final class TornadoApi {

  private static final String ENTRANCE =
      "uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider";

  private TornadoApi() {}

  /**
   * Says what is missing before the JVM does, which would name a class.
   *
   * @throws InvalidInputException if there is no API, or nothing that implements it
   */
  static void require() {
    try {
      Class.forName(ENTRANCE);
    } catch (ClassNotFoundException | LinkageError missing) {
      throw new InvalidInputException(
          "there is nothing to run on: add org.tornadogru:tornado-plain-jvm to the dependencies, or start with TornadoVM's launcher");
    }
  }
}
