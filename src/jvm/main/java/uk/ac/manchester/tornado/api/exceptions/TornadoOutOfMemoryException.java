package uk.ac.manchester.tornado.api.exceptions;

import java.io.Serial;

/** Device memory that cannot hold what it is asked to. */
public class TornadoOutOfMemoryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TornadoOutOfMemoryException(String message) {
    super(message);
  }
}
