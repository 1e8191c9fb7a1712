package org.tornadogru.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tornadogru.compare.FailedProcessException;
import org.tornadogru.compare.Machine;
import org.tornadogru.compare.Work;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.report.Pictures;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares tornado-gru with LibTorch and ONNX Runtime: the same weights in all of them, answers
 * checked first, then timed by turns, each round of each contender in a process of its own.
 */
@Command(
    name = "peers",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Times tornado-gru beside LibTorch and ONNX Runtime, by turns, after comparing their answers.",
      "Writes peers.json, peers.png, peers.svg, and peers.log with what the processes had to say."
    })
public final class Peers implements Callable<Integer> {

  private static final int ATTEMPTS = 4;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go.")
  private Path out;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Processes per contender and work (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--work",
      defaultValue = "",
      paramLabel = "PATTERN",
      description = "Only the works that this regular expression is found in, such as training.")
  private String pattern;

  @Option(
      names = "--contenders",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of libtorch, onnxruntime, jvm, and TornadoVM's devices (default: all three, and 0:0 where TORNADOVM_HOME is set).")
  private List<String> contenderIds;

  @Option(
      names = "--seconds",
      defaultValue = "4",
      paramLabel = "S",
      description = "To warm up, and again to time, in each process (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--threads",
      defaultValue = "2",
      paramLabel = "N",
      description = "For every contender (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--others",
      defaultValue = "4",
      paramLabel = "PERCENT",
      description =
          "A round is repeated when other processes took more of the CPUs (default: ${DEFAULT-VALUE}).")
  private double othersPercent;

  private final List<String> failures = new ArrayList<>();

  private Peers() {}

  public static void main(String[] arguments) {
    System.exit(Commands.execute(new CommandLine(new Peers()), arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<Work> works = Work.matching(pattern);
    List<Contender> contenders = contenders();
    if (rounds < 1 || threads < 1 || !(seconds > 0)) {
      throw new InvalidInputException("--rounds, --threads and --seconds must be positive");
    }
    Files.createDirectories(out);
    Path log = out.resolve("peers.log");
    Files.deleteIfExists(log);
    Path references = Files.createTempDirectory("tornado-gru-peers");
    try {
      PeerLauncher launcher = new PeerLauncher(threads, seconds, references, log);
      Comparison comparison =
          Comparison.of(measure(launcher, works, contenders), works, contenders);
      System.out.print(comparison.table());
      write(comparison, contenders);
    } finally {
      for (Work work : works) {
        Files.deleteIfExists(PeerLauncher.reference(references, work));
      }
      Files.delete(references);
    }
    failures.forEach(failure -> System.err.println("peers: " + failure));
    return failures.isEmpty() ? 0 : 1;
  }

  private List<Contender> contenders() {
    if (contenderIds != null) {
      return contenderIds.stream().map(Contender::new).distinct().toList();
    }
    List<Contender> contenders =
        new ArrayList<>(List.of(Contender.LIBTORCH, Contender.ONNX_RUNTIME, Contender.PLAIN_JVM));
    String sdk = System.getenv("TORNADOVM_HOME");
    if (sdk != null && !sdk.isEmpty()) {
      contenders.add(new Contender("0:0"));
    }
    return contenders;
  }

  private List<PeerRun> measure(
      PeerLauncher launcher, List<Work> works, List<Contender> contenders) {
    List<PeerRun> runs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      // Another one begins in each round, so that none always follows the same one.
      List<Contender> turn = new ArrayList<>(contenders);
      Collections.rotate(turn, -round);
      for (Work work : works) {
        for (Contender contender : turn) {
          if (contender.kinds().contains(work.kind())) {
            measure(launcher, work, contender, round).ifPresent(runs::add);
          }
        }
      }
    }
    return runs;
  }

  /** One round of one contender; repeated while other processes disturb it. */
  private Optional<PeerRun> measure(
      PeerLauncher launcher, Work work, Contender contender, int round) {
    String title = "round %d, %s, %s".formatted(round + 1, work, contender.title());
    try {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        PeerRun run = launcher.run(work, contender);
        boolean disturbed = 100 * run.othersCpu() > othersPercent;
        System.err.printf(
            "%s: %.4g ms, max diff %.1e, others took %.1f %%%s%n",
            title,
            run.median(),
            run.maxAbsDiff(),
            100 * run.othersCpu(),
            disturbed ? ": rejected" : "");
        if (!disturbed) {
          return Optional.of(run);
        }
      }
      failures.add("%s: no result, the machine is busy with other processes".formatted(title));
    } catch (FailedProcessException e) {
      failures.add("%s: %s".formatted(title, e.getMessage()));
      System.err.printf("%s: FAILED: %s%n", title, e.getMessage());
    }
    return Optional.empty();
  }

  private void write(Comparison comparison, List<Contender> contenders) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    root.put("machine", Machine.description());
    root.put("threads", threads);
    root.put("rounds", rounds);
    root.put("seconds", seconds);
    root.set("rows", json.valueToTree(comparison.rows()));
    replace("peers.json", json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    if (!comparison.rows().isEmpty()) {
      Pictures.attempt(
          "peers.png",
          () -> {
            ComparisonChart chart = new ComparisonChart(comparison, contenders);
            replace("peers.png", chart.encoded("png"));
            replace("peers.svg", chart.encoded("svg"));
          },
          warning -> System.err.println("peers: " + warning));
    }
  }

  /** A reader sees the old file or the new one, never half of one. */
  private void replace(String name, byte[] bytes) throws IOException {
    Path unfinished = out.resolve(name + ".part");
    try {
      Files.write(unfinished, bytes);
      Files.move(
          unfinished,
          out.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
