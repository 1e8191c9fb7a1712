package org.tornadogru.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.tornadogru.cli.Starter;
import org.tornadogru.cli.Subcommand;
import org.tornadogru.cli.Word;
import org.tornadogru.compare.Comparer.Contender;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times the same work on every device of this machine, after comparing the answers with those of the plain JVM.",
      "Each measurement is a process of its own, so that a driver that crashes costs one row. Writes compare.json,"
          + " compare.html, and compare.log with what the processes had to say."
    })
public final class CompareCommand implements Callable<Integer>, Subcommand {

  /** Names the file {@code run.sh}; set by itself. */
  static final String SCRIPT = "tornado-gru.script";

  private static final String LOG_FILE_NAME = "compare.log";

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go.")
  private Path out;

  @Option(
      names = "--work",
      defaultValue = "d2l|generation-H256",
      paramLabel = "PATTERN",
      description =
          "The works that this regular expression is found in, such as training or H512; '' for"
              + " all, which takes long; default: ${DEFAULT-VALUE}.")
  private String pattern;

  @Option(
      names = "--devices",
      split = ",",
      paramLabel = "ID",
      description = "As `devices` lists them, and jvm; default: all.")
  private List<String> ids;

  @Option(
      names = "--kernels",
      split = ",",
      paramLabel = "SET",
      converter = Word.Kernels.class,
      description =
          "Of ${COMPLETION-CANDIDATES}, where they run; default: annotated, simd, and the fastest"
              + " for each device.",
      completionCandidates = Word.Kernels.class)
  private List<KernelChoice> kernels;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      paramLabel = "N",
      description = "Processes per row; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      paramLabel = "S",
      description = "To warm up, and again to time, in each process; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--timeout",
      defaultValue = "10",
      paramLabel = "MINUTES",
      description = "For each process; an FPGA's compiler takes hours; default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Spec private CommandSpec spec;

  /**
   * Compares.
   *
   * @return 0 if at least one row has a result, else 1
   */
  @Override
  public Integer call() {
    if (rounds < 1 || minutes < 1 || !(seconds > 0)) {
      throw new InvalidInputException("--rounds, --seconds and --timeout must be positive");
    }
    List<Work> works = Work.matching(pattern);
    String script = System.getProperty(SCRIPT);
    if (script == null) {
      throw new InvalidInputException(
          "start with ./%s compare: processes are started through it".formatted(Starter.name()));
    }
    try {
      Files.createDirectories(out);
      // Processes run in the directory of the results, where a crash leaves its report.
      Path directory = out.toRealPath();
      Path log = directory.resolve(LOG_FILE_NAME);
      Files.deleteIfExists(log);
      MeasurementProcess processes =
          new MeasurementProcess(
              new ChildProcess(
                  Path.of(script), directory, log, Duration.ofMinutes(minutes), Map.of()));
      List<Contender> contenders = contenders(candidates(processes));
      PrintWriter err = spec.commandLine().getErr();
      DeviceComparison comparison =
          new Comparer(processes, rounds, seconds, err::println).compare(works, contenders);
      comparison.write(directory);
      PrintWriter printed = spec.commandLine().getOut();
      printed.print(comparison.table());
      printed.printf("%nPage: %s%n", directory.resolve(DeviceComparison.PAGE_FILE_NAME).toUri());
      return comparison.hasResults() ? 0 : 1;
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write into %s (%s): choose a directory that can be written"
              .formatted(out, e.getClass().getSimpleName()),
          e);
    }
  }

  private List<Candidate> candidates(MeasurementProcess processes) {
    List<Candidate> all = new ArrayList<>();
    Device.all().stream().map(Candidate::of).forEach(all::add);
    String sdk = System.getenv("TORNADOVM_HOME");
    boolean onlyPlainJvm = ids != null && ids.stream().allMatch(Device.PLAIN_JVM::equals);
    if (sdk != null && !sdk.isEmpty() && !onlyPlainJvm) {
      try {
        all.addAll(processes.startCandidates());
      } catch (FailedProcessException e) {
        // Not the end: the plain JVM is still there to be measured.
        spec.commandLine().getErr().println("TornadoVM lists no devices: " + e.getMessage());
      }
    }
    if (ids == null) {
      return all;
    }
    return ids.stream().distinct().map(id -> find(id, all)).toList();
  }

  private static Candidate find(String id, List<Candidate> all) {
    return all.stream()
        .filter(candidate -> candidate.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "device %s does not exist: there are %s"
                        .formatted(
                            id,
                            all.stream()
                                .map(
                                    candidate ->
                                        "%s (%s)".formatted(candidate.id(), candidate.device()))
                                .distinct()
                                .collect(Collectors.joining(", ")))));
  }

  private List<Contender> contenders(List<Candidate> candidates) {
    List<Contender> contenders = new ArrayList<>();
    for (Candidate candidate : candidates) {
      List<String> sets =
          kernels == null
              ? candidate.usual()
              : candidate.available().stream().filter(set -> isWanted(set, candidate)).toList();
      sets.forEach(set -> contenders.add(new Contender(candidate, set)));
    }
    if (contenders.isEmpty()) {
      throw new InvalidInputException(
          "none of these devices runs these kernels: choose other --kernels or --devices");
    }
    return contenders;
  }

  private boolean isWanted(String set, Candidate candidate) {
    return kernels.stream()
        .map(choice -> choice == KernelChoice.AUTO ? candidate.fastest() : Word.of(choice))
        .anyMatch(set::equals);
  }
}
