package org.tornadogru.graph;

import org.tornadogru.nn.InvalidInputException;

/** A device has no more memory for a plan; there may be some if another one is closed. */
public class DeviceMemoryException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  DeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
