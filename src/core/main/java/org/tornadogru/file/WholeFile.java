package org.tornadogru.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes under another name first and renames, so that a reader never finds half a file, whenever
 * the program is killed. What a killed one has left goes when the same file is written again.
 */
public final class WholeFile {

  /** What writes the bytes. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /** Creates or replaces a file; missing directories are created. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /**
   * Creates or replaces a file; missing directories are created.
   *
   * @throws IOException if that fails; the file is then as it was before
   */
  public static void write(Path file, Content content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    // Not createTempFile, whose files no one else may read. In the same directory, since a rename
    // between file systems is not atomic.
    Leftovers.Held temporary =
        new Leftovers(directory, "." + file.getFileName() + ".", ".part").create();
    try (OutputStream out =
        new BufferedOutputStream(Channels.newOutputStream(temporary.channel()))) {
      content.writeTo(out);
      out.flush();
      temporary.channel().force(false); // some file systems say only now that they are full
      Files.move(
          temporary.path(),
          file,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary.path());
    }
  }
}
