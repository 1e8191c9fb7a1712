package org.tornadogru.formats;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.tornadogru.nn.InvalidInputException;

/** The bytes of a file, without a copy of them. */
final class MappedFile {

  private MappedFile() {}

  /**
   * What a reader makes of a file's bytes, which are gone when it returns.
   *
   * @throws InvalidInputException if there is no such file, or it cannot be read, or the reader
   *     refuses it; the message then begins with the file
   */
  static <T> T read(Path file, Function<MemorySegment, T> reader) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "there is no model file %s: check the path, or train a model first".formatted(file));
    }
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return named(file.toString(), bytes, reader);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read %s (%s): check its permissions"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  /** The same with bytes that come from somewhere else. */
  static <T> T named(String source, MemorySegment bytes, Function<MemorySegment, T> reader) {
    try {
      return reader.apply(bytes);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(source + ": " + e.getMessage(), e);
    }
  }
}
