package org.tornadogru.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InvalidInputException;

/**
 * The directory that a run writes to, and no other run at the same time. It goes away again if
 * nothing was written to it.
 */
record RunDirectory(Path path, boolean created, FileChannel lock) implements AutoCloseable {

  /** What the run was asked for, so that it can be repeated. */
  static final String CONFIG = "config.json";

  private static final String LOCK = ".lock";
  private static final Path CHECKPOINT = Path.of("checkpoint", "state.safetensors");

  private static final Path RUNS = Path.of("runs");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss", Locale.ROOT);

  /**
   * Creates the directory.
   *
   * @param wanted null for a new one named by the time
   * @param holdsRun whether there may be a run in it
   * @throws InvalidInputException if it cannot be written to, before training and not after it; if
   *     there is a model in it that would be lost; or if another run writes to it
   */
  static RunDirectory open(Path wanted, boolean holdsRun) {
    Path path = wanted;
    try {
      if (wanted == null) {
        path = createNew();
        return new RunDirectory(path, true, locked(path));
      }
      boolean created = !Files.exists(path);
      if (!holdsRun && Files.exists(path.resolve(ModelFormat.FILE_NAME))) {
        throw new InvalidInputException(
            "%s holds a model already: go on with --resume %s, replace it with --overwrite, or choose another --out"
                .formatted(path, path));
      }
      Files.createDirectories(path);
      if (!Files.isWritable(path)) {
        throw new InvalidInputException(
            "no permission to write to %s: choose another --out".formatted(path));
      }
      return new RunDirectory(path, created, locked(path));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot create the directory %s (%s): choose another --out"
              .formatted(path == null ? RUNS : path, e.getClass().getSimpleName()),
          e);
    }
  }

  private static FileChannel locked(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (isFree(channel)) {
      return channel;
    }
    channel.close();
    throw new InvalidInputException(
        "another run writes to %s: wait for it, or choose another --out".formatted(path));
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException ofThisProcess) {
      return false;
    }
  }

  /** Where the training goes on from. */
  Path checkpoint() {
    return path.resolve(CHECKPOINT);
  }

  /** Two runs that start in the same second get two directories. */
  private static Path createNew() throws IOException {
    Files.createDirectories(RUNS);
    String name = LocalDateTime.now(ZoneId.systemDefault()).format(TIME);
    for (int run = 1; ; run++) {
      try {
        return Files.createDirectory(RUNS.resolve(run == 1 ? name : name + "-" + run));
      } catch (FileAlreadyExistsException e) {
        // Taken: the next number.
      }
    }
  }

  @Override
  public void close() {
    try (lock) {
      Files.deleteIfExists(path.resolve(LOCK));
    } catch (IOException e) {
      // A lock that is left over holds nobody up.
    }
    if (created && isEmpty()) {
      try {
        Files.delete(path);
      } catch (IOException e) {
        // An empty directory does no harm.
      }
    }
  }

  private boolean isEmpty() {
    String[] names = path.toFile().list();
    return names != null && names.length == 0;
  }
}
