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
}
