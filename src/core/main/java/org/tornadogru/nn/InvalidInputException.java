package org.tornadogru.nn;

/**
 * Something the user gave cannot be used: a file, an option, a shape.
 *
 * <p>The message is one line that says what is wrong and what to do about it. The command line
 * prints it alone, without a stack trace, and exits with code 2.
 */
public class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
