package uk.ac.manchester.tornado.api.exceptions;

/** Code that a device cannot call. */
public class TornadoInliningException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TornadoInliningException(String message) {
    super(message);
  }
}
