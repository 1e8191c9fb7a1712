package org.tornadogru.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.tornadogru.file.Reason;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InvalidInputException;

/**
 * The directory that a run writes to, and no other run at the same time. It goes away again if
 * nothing was written to it.
 */
record RunDirectory(Path path, boolean created, DirectoryLock lock) implements AutoCloseable {

  /** What the run was asked for, so that it can be repeated. */
  static final String CONFIG = "config.json";

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
        return new RunDirectory(path, true, DirectoryLock.take(path));
      }
      boolean created = !Files.exists(path);
      Files.createDirectories(path);
      if (!Files.isWritable(path)) {
        throw new InvalidInputException(
            "no permission to write to %s: choose another --out".formatted(path));
      }
      RunDirectory directory = new RunDirectory(path, created, DirectoryLock.take(path));
      if (!holdsRun) {
        directory.requireNew();
      }
      return directory;
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot create the directory %s (%s): choose another --out"
              .formatted(path == null ? RUNS : path, Reason.of(e)),
          e);
    }
  }

  private void requireNew() {
    boolean goesOn = Files.exists(checkpoint());
    boolean model = Files.exists(path.resolve(ModelFormat.FILE_NAME));
    if (model || goesOn) {
      close();
      throw new InvalidInputException(
          "%s holds a %s already: %sreplace it with --overwrite, or choose another --out"
              .formatted(
                  path,
                  model ? "model" : "run",
                  goesOn ? "go on with --resume %s, ".formatted(path) : ""));
    }
  }

  /** Removes the checkpoint of the run before, which is not one of the run that begins. */
  void beginAnew() {
    try {
      Files.deleteIfExists(checkpoint());
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot remove %s (%s): choose another --out".formatted(checkpoint(), Reason.of(e)), e);
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
    lock.close();
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
