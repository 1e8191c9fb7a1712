package org.tornadogru.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tornadogru.compare.ChildProcess;
import org.tornadogru.compare.FailedProcessException;
import org.tornadogru.compare.Work;
import org.tornadogru.compare.Work.Kind;
import org.tornadogru.nn.InvalidInputException;

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

  private static final Duration LONGEST = Duration.ofMinutes(15);

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
        new ArrayList<>(List.of("peer", "--device", contender.device(), "--work", work.name()));
    if (!contender.isOurs()) {
      command.addAll(List.of("--library", contender.id()));
    }
    command.addAll(List.of(options));
    Map<String, String> environment =
        Map.of(
            "TORNADO_GRU_THREADS",
            Integer.toString(threads),
            "POCL_MAX_PTHREAD_COUNT",
            Integer.toString(threads));
    return new ChildProcess(Path.of(script), Path.of(""), log, LONGEST, environment).run(command);
  }
}
