package org.tornadogru.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tornadogru.InvalidInputException;
import org.tornadogru.compare.Work;
import org.tornadogru.compare.Work.Kind;

/**
 * Starts the processes that measure, through {@code run.sh}, which knows what each runtime needs.
 *
 * @param threads for the libraries of each process
 * @param seconds to warm up, and to time
 * @param references directory for the right answers, by work
 * @param log gains what the processes write to stderr
 */
record PeerLauncher(int threads, double seconds, Path references, Path log) {

  /** The system property that names {@code run.sh}. */
  private static final String SCRIPT = "tornado-gru.script";

  private static final long LONGEST_MINUTES = 15;

  /** A process ended without a result; the message is its last line on stderr. */
  static final class FailedProcessException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedProcessException(String message) {
      super(message);
    }
  }

  /** Where the right answers of a work are, or will be. */
  static Path reference(Path references, Work work) {
    return references.resolve(work.name());
  }

  /** Measures in a new process; the first time, after another one has computed the reference. */
  PeerRun run(Work work, Contender contender) throws FailedProcessException {
    Path reference = reference(references, work);
    if (work.kind() != Kind.GENERATION && !Files.exists(reference)) {
      start(Contender.LIBTORCH, work, "--write-reference", reference.toString());
    }
    String printed =
        start(
            contender,
            work,
            "--reference",
            reference.toString(),
            "--seconds",
            Double.toString(seconds));
    String line =
        printed
            .lines()
            .filter(candidate -> candidate.startsWith("{")) // drivers print to stdout, too
            .reduce((earlier, later) -> later)
            .orElseThrow(() -> new FailedProcessException("the process printed no result"));
    try {
      return new ObjectMapper().readValue(line, PeerRun.class);
    } catch (IOException e) {
      throw new UncheckedIOException("not a result: " + line, e);
    }
  }

  private String start(Contender contender, Work work, String... options)
      throws FailedProcessException {
    String script = System.getProperty(SCRIPT);
    if (script == null) {
      throw new InvalidInputException(
          "start with ./run.sh peers: processes are started through it");
    }
    List<String> command =
        new ArrayList<>(
            List.of(script, "peer", "--device", contender.device(), "--work", work.name()));
    if (!contender.isOurs()) {
      command.addAll(List.of("--library", contender.id()));
    }
    command.addAll(List.of(options));
    Path printed = references.resolve("printed");
    Path errors = references.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(printed.toFile()).redirectError(errors.toFile());
    builder.environment().put("TORNADO_GRU_THREADS", Integer.toString(threads));
    builder.environment().put("POCL_MAX_PTHREAD_COUNT", Integer.toString(threads));
    try {
      Process process = builder.start();
      boolean ended = waitFor(process);
      String said = Files.readString(errors, StandardCharsets.UTF_8);
      Files.writeString(
          log,
          "%s%n%s".formatted(String.join(" ", command), said),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      if (!ended) {
        throw new FailedProcessException("killed after %d minutes".formatted(LONGEST_MINUTES));
      }
      if (process.exitValue() != 0) {
        throw new FailedProcessException(
            said.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .reduce((earlier, later) -> later)
                .orElse("exit code " + process.exitValue()));
      }
      return Files.readString(printed, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      delete(printed);
      delete(errors);
    }
  }

  /** Waits for the end; a process that takes too long, or outlives this one, is killed. */
  private static boolean waitFor(Process process) throws InterruptedException {
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly().waitFor(); // run.sh has become the program itself
    }
    Runtime.getRuntime().removeShutdownHook(killer);
    return ended;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
