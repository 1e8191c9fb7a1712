package org.tornadogru.formats;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.tornadogru.file.Reason;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.nn.InvalidInputException;

/** Models' files, while they are read. */
final class OpenFile {

  private OpenFile() {}

  /**
   * What a reader makes of a file's bytes, which are gone when it returns.
   *
   * @throws InvalidInputException if there is no such file, or it cannot be read, or the reader
   *     refuses it; the message then begins with the file
   */
  static <T> T read(Path file, Function<FileBytes, T> reader) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "there is no model file %s: check the path, or train a model first".formatted(file));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      return reader.apply(FileBytes.of(channel));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (UncheckedIOException e) {
      throw unreadable(file, e.getCause());
    }
  }

  private static InvalidInputException unreadable(Path file, IOException cause) {
    String reason = cause instanceof EOFException ? cause.getMessage() : Reason.of(cause);
    return new InvalidInputException("cannot read %s: %s".formatted(file, reason), cause);
  }
}
