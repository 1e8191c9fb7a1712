package org.tornadogru.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.tornadogru.nn.InvalidInputException;

/** Keeps other processes from writing to a directory meanwhile. */
public final class DirectoryLock implements AutoCloseable {

  private static final String NAME = ".lock";

  private final Path file;
  private final FileChannel channel;

  private DirectoryLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock. The system gives it up when the process ends, however it ends.
   *
   * @throws IOException if the directory cannot be written to
   * @throws InvalidInputException if another one has it
   */
  public static DirectoryLock take(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isFree(channel)) {
        channel.close();
        throw new InvalidInputException(
            "another run writes to %s: wait for it, or choose another --out".formatted(directory));
      }
      if (channel.size() == 0) {
        return new DirectoryLock(file, channel);
      }
      channel.close(); // that file is gone since it was opened: the next run has another
      Files.deleteIfExists(file);
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      return false;
    }
  }

  /** Gives up the lock, and removes its file, with a mark for those that have it open. */
  @Override
  public void close() {
    try (channel) {
      channel.write(ByteBuffer.wrap(new byte[1]));
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next run takes the file as it is.
    }
  }
}
