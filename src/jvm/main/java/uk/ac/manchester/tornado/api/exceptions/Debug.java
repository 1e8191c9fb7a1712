package uk.ac.manchester.tornado.api.exceptions;

/** Output of kernels. */
public class Debug {

  public Debug() {}

  /** Prints with an OpenCL format string, which for numbers and strings is as Java's. */
  @SuppressWarnings({"AnnotateFormatMethod", "SystemOut"}) // TornadoVM's signature and purpose
  public static void printf(String message, Object... arguments) {
    System.out.printf(message, arguments);
  }
}
