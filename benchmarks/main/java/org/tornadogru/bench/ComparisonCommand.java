package org.tornadogru.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.tornadogru.bench.Comparison.Effort;
import org.tornadogru.cli.DirectoryLock;
import org.tornadogru.cli.Starter;
import org.tornadogru.cli.Subcommand;
import org.tornadogru.device.Device;
import org.tornadogru.file.Reason;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What compare and peers have in common: all but who is compared, and how thoroughly. */
abstract class ComparisonCommand implements Callable<Integer>, Subcommand {

  /** Names the file {@code run.sh}; set by itself. */
  static final String SCRIPT = "tornado-gru.script";

  private static final String DEFAULT = "; default: ${DEFAULT-VALUE}.";

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go.")
  private Path out;

  @Option(
      names = "--work",
      paramLabel = "PATTERN",
      description =
          "The works that this regular expression is found in, such as training or H512; '' for"
              + " all, which takes long"
              + DEFAULT)
  private String pattern;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Processes per contender and work" + DEFAULT)
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "To warm up, and again to time, in each process" + DEFAULT)
  private double seconds;

  @Option(names = "--threads", paramLabel = "N", description = "Of each process" + DEFAULT)
  private int threads;

  @Option(
      names = "--others",
      paramLabel = "PERCENT",
      description =
          "A round is repeated when other processes took more of the CPUs; a number above 100:"
              + " never"
              + DEFAULT)
  private double othersPercent;

  @Option(
      names = "--timeout",
      paramLabel = "MINUTES",
      description = "For each process; an FPGA's compiler takes hours" + DEFAULT)
  private int minutes = 10;

  @Spec private CommandSpec spec;

  /** A command with its own defaults. */
  ComparisonCommand(String pattern, Effort effort) {
    this.pattern = pattern;
    rounds = effort.rounds();
    seconds = effort.seconds();
    threads = effort.threads();
    othersPercent = 100 * effort.others();
  }

  /** Of {@code run.sh}, for the processes that measure. */
  abstract String processCommand();

  abstract Contender judge();

  /** Whether devices other than the plain JVM are asked for. */
  abstract boolean wantsTornadoVm();

  abstract List<Contender> contenders(List<Candidate> devices);

  /**
   * Compares.
   *
   * @return 0 if at least one row has a result, else 1
   */
  @Override
  public Integer call() {
    if (rounds < 1 || threads < 1 || minutes < 1 || !(seconds > 0) || !(othersPercent >= 0)) {
      throw new InvalidInputException(
          "--rounds, --seconds, --threads and --timeout must be positive, and --others not negative");
    }
    List<Work> works = Work.matching(pattern, works());
    String name = spec.name();
    String script = System.getProperty(SCRIPT);
    if (script == null) {
      throw new InvalidInputException(
          "start with ./%s %s: processes are started through it".formatted(Starter.name(), name));
    }
    Contender judge = judge();
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter printed = spec.commandLine().getOut();
    try (DirectoryLock _ = DirectoryLock.take(Files.createDirectories(out))) {
      // Processes run in the directory of the results, where a crash leaves its report.
      Path directory = out.toRealPath();
      Path log = directory.resolve(name + ".log");
      Files.deleteIfExists(log);
      MeasurementProcess processes =
          new MeasurementProcess(
              new ChildProcess(
                      Path.of(script), directory, log, Duration.ofMinutes(minutes), Map.of())
                  .on(threads),
              processCommand());
      List<Contender> contenders = contenders(devices(processes));
      Effort effort = new Effort(rounds, seconds, threads, othersPercent / 100);
      Comparison comparison =
          new Comparer(name, processes, judge, effort, err::println)
              .compare(works, contenders, soFar -> soFar.write(directory));
      publish(comparison, directory, err::println);
      printed.print(comparison.table());
      printed.printf("%nPage: %s%n", comparison.page(directory).toUri());
      return comparison.hasResults() ? 0 : 1;
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write into %s (%s): choose a directory that can be written"
              .formatted(out, Reason.of(e)),
          e);
    }
  }

  /** What {@code --work} chooses from. */
  List<Work> works() {
    return Work.all();
  }

  /** Leaves the results in files. */
  void publish(Comparison comparison, Path directory, Consumer<String> warnings)
      throws IOException {
    comparison.write(directory);
    comparison.draw(directory, warnings);
  }

  private List<Candidate> devices(MeasurementProcess processes) {
    List<Candidate> all = new ArrayList<>();
    Device.all().stream().map(Candidate::of).forEach(all::add);
    String sdk = System.getenv("TORNADOVM_HOME");
    if (sdk != null && !sdk.isEmpty() && wantsTornadoVm()) {
      try {
        all.addAll(processes.candidates());
      } catch (FailedProcessException e) {
        // Not the end: the plain JVM is still there to be measured.
        spec.commandLine().getErr().println("TornadoVM lists no devices: " + e.getMessage());
      }
    }
    return all;
  }

  /**
   * The device of an id.
   *
   * @throws InvalidInputException if there is none
   */
  static Candidate find(String id, List<Candidate> all) {
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
                                .map(device -> "%s (%s)".formatted(device.id(), device.device()))
                                .distinct()
                                .collect(Collectors.joining(", ")))));
  }
}
