package org.tornadogru.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadogru.graph.TerminalColors;

/**
 * How programs are started whose end may be a crash: through {@code run.sh}, which knows what each
 * runtime needs.
 *
 * @param script {@code run.sh}
 * @param directory where they run, and so where a crash leaves its report
 * @param log gains what they print
 * @param longest that one may take
 * @param environment variables for them besides this process's own
 */
public record ChildProcess(
    Path script, Path directory, Path log, Duration longest, Map<String, String> environment) {

  /** HotSpot's report of its own end: the signal, and the library where it arose. */
  private static final Pattern CRASH =
      Pattern.compile("(?m)^# +((?:SIG|EXCEPTION_|Internal Error)\\S*)(?: .*)?$");

  private static final Pattern FRAME = Pattern.compile("(?m)^# +[CVJv] +\\[([^\\]+]+)");

  /** What Java and the script put before a message. */
  private static final Pattern PREFIX = Pattern.compile("^(tornado-gru|run\\.sh): ");

  /** Variables that say how many threads there are. */
  private static final List<String> THREADS =
      List.of("TORNADO_GRU_THREADS", "POCL_MAX_PTHREAD_COUNT", "OMP_NUM_THREADS");

  private static final int SIGNALS = 128;

  public ChildProcess {
    environment = Map.copyOf(environment);
  }

  /** One with so many threads, whatever library it uses. */
  ChildProcess on(int threads) {
    String count = Integer.toString(threads);
    Map<String, String> variables = new HashMap<>(environment);
    THREADS.forEach(name -> variables.put(name, count));
    return new ChildProcess(script, directory, log, longest, variables);
  }

  /**
   * Runs a command to its end.
   *
   * @return what it printed on standard output
   * @throws FailedProcessException if it takes too long, or ends with an exit code other than 0
   */
  public String run(List<String> arguments) throws FailedProcessException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(arguments);
    try {
      Path printed = log.resolveSibling(log.getFileName() + ".out");
      Path errors = log.resolveSibling(log.getFileName() + ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(directory.toAbsolutePath().toFile())
                .redirectOutput(printed.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = waitFor(process);
        String out = Files.readString(printed, StandardCharsets.ISO_8859_1);
        String err = Files.readString(errors, StandardCharsets.UTF_8);
        Files.writeString(
            log,
            "%s%n%s%s%n".formatted(String.join(" ", command), out, err),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        if (!ended) {
          throw new FailedProcessException(
              "stopped after %d minutes".formatted(longest.toMinutes()));
        }
        if (process.exitValue() != 0) {
          throw new FailedProcessException(reason(process.exitValue(), out, err));
        }
        return out;
      } finally {
        Files.deleteIfExists(printed);
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits for the end; a process that takes too long, or outlives this one, is killed. */
  private boolean waitFor(Process process) throws InterruptedException {
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor(); // run.sh has become the program itself
    }
    Runtime.getRuntime().removeShutdownHook(killer);
    return ended;
  }

  /** Why a process ended, in one line. */
  static String reason(int exitCode, String out, String err) {
    String all = out + "\n" + err;
    Matcher crash = CRASH.matcher(all);
    if (crash.find()) {
      Matcher frame = FRAME.matcher(all);
      String where = frame.find(crash.end()) ? " in " + frame.group(1) : "";
      return "the process crashed: %s%s".formatted(crash.group(1), where);
    }
    Optional<String> last =
        TerminalColors.removedFrom(err)
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
            .filter(line -> !line.startsWith("WARNING: "))
            .reduce((earlier, later) -> later)
            .map(line -> PREFIX.matcher(line).replaceFirst("").strip());
    return last.orElseGet(
        () ->
            exitCode > SIGNALS
                ? "the process was ended by signal " + (exitCode - SIGNALS)
                : "the process ended with exit code %d and said nothing".formatted(exitCode));
  }
}
