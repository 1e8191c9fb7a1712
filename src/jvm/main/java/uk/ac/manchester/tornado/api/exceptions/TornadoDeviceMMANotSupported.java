package uk.ac.manchester.tornado.api.exceptions;

/** A device without matrix instructions. */
public class TornadoDeviceMMANotSupported extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TornadoDeviceMMANotSupported(String message) {
    super(message);
  }
}
