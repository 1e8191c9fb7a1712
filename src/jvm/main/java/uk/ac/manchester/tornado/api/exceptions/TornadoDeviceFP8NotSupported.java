package uk.ac.manchester.tornado.api.exceptions;

/** A device without numbers of 8 bits. */
public class TornadoDeviceFP8NotSupported extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TornadoDeviceFP8NotSupported(String message) {
    super(message);
  }
}
