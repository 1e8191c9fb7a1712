package org.tornadogru.formats;

import org.tornadogru.nn.InvalidInputException;

/** A format cannot say all of a model; {@link ModelFormat#writeLossy} writes the rest. */
public final class LossException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  LossException(String message) {
    super(message);
  }
}
