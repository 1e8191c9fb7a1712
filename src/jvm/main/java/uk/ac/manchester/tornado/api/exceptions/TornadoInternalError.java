package uk.ac.manchester.tornado.api.exceptions;

/** A fault of TornadoVM's own. */
public class TornadoInternalError extends Error {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public TornadoInternalError(String message, Object... arguments) {
    super(String.format(message, arguments));
  }

  public TornadoInternalError(Throwable cause) {
    super(cause);
  }

  /**
   * Throws one.
   *
   * @return never: so that a method can say {@code throw unimplemented()}
   */
  public static RuntimeException unimplemented() {
    throw new TornadoInternalError("unimplemented");
  }

  /** Throws one. */
  public static RuntimeException unimplemented(String message) {
    throw new TornadoInternalError("unimplemented: %s", message);
  }

  /** Throws one. */
  public static RuntimeException shouldNotReachHere() {
    throw new TornadoInternalError("should not reach here");
  }

  /** Throws one. */
  public static RuntimeException shouldNotReachHere(String message) {
    throw new TornadoInternalError("should not reach here: %s", message);
  }

  /** Throws one unless a condition holds. */
  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public static void guarantee(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new TornadoInternalError("failed guarantee: " + message, arguments);
    }
  }
}
