package org.tornadogru.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Files that a process has for a while, and holds a lock on as long as it lives: one that is killed
 * leaves them without, and the next one that comes by removes them.
 *
 * @param directory where they are
 * @param prefix of their names, before the number of the process
 * @param suffix of the names of those that are held; the names of others begin with one of these
 */
public record Leftovers(Path directory, String prefix, String suffix) {

  /** A file that is held until the channel is closed. */
  public record Held(Path path, FileChannel channel) {}

  /**
   * Creates a file, after removing what killed processes have left.
   *
   * @throws IOException if none can be created
   */
  public Held create() throws IOException {
    remove();
    while (true) {
      Path path = directory.resolve(own() + UUID.randomUUID() + suffix);
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try {
        channel.lock();
      } catch (IOException e) {
        return new Held(path, channel); // a file system without locks: nothing is taken for left
      }
      if (Files.exists(path)) {
        return new Held(path, channel);
      }
      channel.close(); // someone came by before there was a lock
    }
  }

  /** This process' own are never opened here: the system would drop their locks on closing. */
  private String own() {
    return prefix + ProcessHandle.current().pid() + "-";
  }

  private void remove() {
    List<Path> others = new ArrayList<>();
    DirectoryStream.Filter<Path> named =
        path -> name(path).startsWith(prefix) && !name(path).startsWith(own());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, named)) {
      files.forEach(others::add);
    } catch (IOException | DirectoryIteratorException e) {
      return; // what is left takes up room, and does no other harm
    }
    others.stream()
        .filter(path -> name(path).endsWith(suffix))
        .forEach(path -> removeIfLeft(path, others));
  }

  private static void removeIfLeft(Path held, List<Path> others) {
    try (FileChannel channel = FileChannel.open(held, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return;
      }
      for (Path path : others) {
        if (!path.equals(held) && name(path).startsWith(name(held))) {
          Files.deleteIfExists(path);
        }
      }
      Files.deleteIfExists(held);
    } catch (IOException | OverlappingFileLockException e) {
      // Another one is at it, or may not be removed.
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
