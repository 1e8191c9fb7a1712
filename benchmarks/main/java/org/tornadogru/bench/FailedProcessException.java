package org.tornadogru.bench;

/** A process ended without a result; the message says in one line why. */
public final class FailedProcessException extends Exception {
  private static final long serialVersionUID = 1L;

  public FailedProcessException(String message) {
    super(message);
  }
}
