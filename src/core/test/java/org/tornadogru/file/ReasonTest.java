package org.tornadogru.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTest {

  static Stream<IOException> exceptions() {
    return Stream.of(
        new AccessDeniedException("file"),
        new NoSuchFileException("file"),
        new FileNotFoundException("file (No such file or directory)"),
        new FileAlreadyExistsException("file"),
        new NotDirectoryException("file"),
        new DirectoryNotEmptyException("file"),
        new FileSystemLoopException("file"),
        new AtomicMoveNotSupportedException("file", "other", "Invalid cross-device link"),
        new FileSystemException("file", null, "Read-only file system"),
        new FileSystemException("file"),
        new ClosedByInterruptException(),
        new ClosedChannelException(),
        new EOFException(),
        new MalformedInputException(3),
        new ConnectException("Connection refused"),
        new UnknownHostException("host"),
        new IOException("No space left on device"),
        new IOException(new IOException("No space left on device")),
        new IOException());
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void isInWords(IOException exception) {
    assertThat(Reason.of(exception)).matches("[a-z]+([ -][a-z]+)*").doesNotContain("exception");
  }

  @Test
  void theSystemsWordsAreTakenFromBelow() {
    assertThat(Reason.of(new IOException("writing", new IOException("No space left on device"))))
        .isEqualTo("no space left on device");
    assertThat(Reason.of(new IOException("HTTP status 404"))).isEqualTo("HTTP status 404");
    assertThat(Reason.of(new IOException("two\nlines"))).isEqualTo("two lines");
  }
}
