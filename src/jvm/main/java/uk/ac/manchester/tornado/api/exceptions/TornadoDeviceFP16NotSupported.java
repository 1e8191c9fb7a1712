package uk.ac.manchester.tornado.api.exceptions;

/** A device without numbers of 16 bits. */
public class TornadoDeviceFP16NotSupported extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TornadoDeviceFP16NotSupported(String message) {
    super(message);
  }
}
