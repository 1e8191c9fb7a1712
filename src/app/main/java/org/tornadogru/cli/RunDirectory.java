package org.tornadogru.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.tornadogru.nn.InvalidInputException;

/** The directory that a run writes to. It goes away again if nothing was written to it. */
record RunDirectory(Path path, boolean created) implements AutoCloseable {

  private static final Path RUNS = Path.of("runs");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss", Locale.ROOT);

  /**
   * Creates the directory.
   *
   * @param wanted null for a new one named by the time
   * @throws InvalidInputException if it cannot be written to: before training, not after it
   */
  static RunDirectory open(Path wanted) {
    Path path = wanted;
    try {
      if (wanted == null) {
        return createNew();
      }
      boolean created = !Files.exists(path);
      Files.createDirectories(path);
      if (!Files.isWritable(path)) {
        throw new InvalidInputException(
            "no permission to write to %s: choose another --out".formatted(path));
      }
      return new RunDirectory(path, created);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot create the directory %s (%s): choose another --out"
              .formatted(path == null ? RUNS : path, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Two runs that start in the same second get two directories. */
  private static RunDirectory createNew() throws IOException {
    Files.createDirectories(RUNS);
    String name = LocalDateTime.now(ZoneId.systemDefault()).format(TIME);
    for (int run = 1; ; run++) {
      try {
        Path path = RUNS.resolve(run == 1 ? name : name + "-" + run);
        return new RunDirectory(Files.createDirectory(path), true);
      } catch (FileAlreadyExistsException e) {
        // Taken: the next number.
      }
    }
  }

  @Override
  public void close() {
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
