package org.tornadogru.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.tornadogru.file.Reason;
import org.tornadogru.nn.InvalidInputException;

/**
 * Standard output that says when it cannot be written, where a writer alone keeps that to itself.
 */
final class StandardOutput extends OutputStream {

  /**
   * Nobody reads any more, as in {@code generate … | head}: then there is no one to tell either.
   */
  static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Closed(IOException cause) {
      super(cause);
    }
  }

  /** What the system calls a pipe without reader; Java has no exception for it. */
  private static final String BROKEN_PIPE = "broken pipe";

  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private boolean failed;

  /** Texts are UTF-8, whatever the locale is: also a pipe should get the model's characters. */
  static PrintWriter writer() {
    return new PrintWriter(new StandardOutput(), true, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  /**
   * Writes bytes, until that fails once.
   *
   * @throws Closed if nobody reads them
   * @throws InvalidInputException if they cannot be written for another reason
   */
  @Override
  public void write(byte[] bytes, int from, int length) {
    if (failed) {
      return;
    }
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failed = true;
      String reason = Reason.of(e);
      throw reason.equals(BROKEN_PIPE)
          ? new Closed(e)
          : new InvalidInputException("cannot write to standard output (%s)".formatted(reason), e);
    }
  }
}
