package org.tornadogru.file;

import java.io.CharConversionException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/**
 * Why a file could not be read or written, in words: Java often says so by the exception's class.
 */
public final class Reason {

  private Reason() {}

  /**
   * The reason for a message, in lower case and without the file's name: {@code no space left on
   * device}. Exceptions that wrap another one give way to it.
   */
  public static String of(IOException failure) {
    IOException innermost = failure;
    while (innermost.getCause() instanceof IOException cause
        && !(innermost instanceof ConnectException)) { // under which is just a closed channel
      innermost = cause;
    }
    return switch (innermost) {
      case AccessDeniedException e -> "no permission";
      case NoSuchFileException e -> "no such file or directory";
      case FileNotFoundException e -> "no such file or directory";
      case FileAlreadyExistsException e -> "a file of that name is in the way";
      case NotDirectoryException e -> "it is no directory";
      case DirectoryNotEmptyException e -> "a directory of that name is in the way";
      case FileSystemLoopException e -> "its links go round in a circle";
      case AtomicMoveNotSupportedException e -> "the file system cannot rename files";
      case FileSystemException e -> said(e.getReason(), e);
      case AsynchronousCloseException e -> "interrupted"; // and closed by that
      case EOFException e -> "it ends too early";
      case CharacterCodingException e -> "it is not in the encoding that it should be in";
      case CharConversionException e -> "it is not in the encoding that it should be in";
      case ConnectException e -> "no connection"; // without a message for an unknown host, too
      case UnknownHostException e -> "no connection";
      default -> said(innermost.getMessage(), innermost);
    };
  }

  /** The system's words; without any, those that the exception's name is made of. */
  private static String said(String message, IOException failure) {
    if (message == null || message.isBlank()) {
      String name = failure.getClass().getSimpleName().replaceAll("(IO)?Exception$", "");
      return name.isEmpty()
          ? "for an unknown reason"
          : name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
    String words = message.strip().replaceAll("\\s+", " ");
    boolean sentence = words.length() > 1 && Character.isLowerCase(words.charAt(1));
    return sentence ? words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1) : words;
  }
}
