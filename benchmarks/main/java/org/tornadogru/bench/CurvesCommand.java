package org.tornadogru.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tornadogru.bench.CurveTable.Pair;
import org.tornadogru.cli.DirectoryLock;
import org.tornadogru.cli.Starter;
import org.tornadogru.cli.Subcommand;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "curves",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Learns a text as train --preset char-rnn does, on the plain JVM and with LibTorch, by turns: the same weights to"
          + " begin with, the same batches and rates. With dropout, whose masks differ, and once without.",
      "Each training is a process of its own. Prints losses by epochs, and the ratio of times; writes curves.txt, and"
          + " curves.log with what the processes had to say."
    })
public final class CurvesCommand implements Runnable, Subcommand {

  private static final String DEFAULT = "; default: ${DEFAULT-VALUE}.";
  private static final String LIBRARY = "libtorch";

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go.")
  private Path out;

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE",
      description = "A UTF-8 text file.")
  private Path text;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Of each training; the schedule ends with the last" + DEFAULT)
  private int epochs = 4;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Trainings with dropout of each library" + DEFAULT)
  private int seeds = 3;

  @Option(names = "--threads", paramLabel = "N", description = "Of each process" + DEFAULT)
  private int threads = 2;

  @Option(names = "--timeout", paramLabel = "MINUTES", description = "For each process" + DEFAULT)
  private int minutes = 60;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (epochs < 1 || seeds < 1 || threads < 1 || minutes < 1) {
      throw new InvalidInputException(
          "--epochs, --seeds, --threads and --timeout must be positive");
    }
    String script = System.getProperty(ComparisonCommand.SCRIPT);
    if (script == null) {
      throw new InvalidInputException(
          "start with ./%s curves: processes are started through it".formatted(Starter.name()));
    }
    PrintWriter err = spec.commandLine().getErr();
    try (DirectoryLock _ = DirectoryLock.take(Files.createDirectories(out))) {
      Path directory = out.toRealPath();
      Path log = directory.resolve("curves.log");
      Files.deleteIfExists(log);
      ChildProcess child =
          new ChildProcess(
              Path.of(script),
              directory,
              log,
              Duration.ofMinutes(minutes),
              Map.of("TORNADO_GRU_THREADS", Integer.toString(threads)));
      List<Pair> pairs = new ArrayList<>();
      String table = "";
      for (int run = 0; run <= seeds; run++) {
        boolean drops = run > 0;
        pairs.add(pair(child, drops, drops ? run - 1 : 0, run % 2 == 0));
        table = CurveTable.of(pairs);
        WholeFile.write(directory.resolve("curves.txt"), table.getBytes(StandardCharsets.UTF_8));
        err.printf("%d of %d pairs of trainings done%n", run + 1, seeds + 1);
      }
      spec.commandLine().getOut().print(table);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write into %s (%s): choose a directory that can be written"
              .formatted(out, Reason.of(e)),
          e);
    } catch (FailedProcessException e) {
      throw new InvalidInputException("a training failed: " + e.getMessage(), e);
    }
  }

  /** One training of each library, one after the other. */
  private Pair pair(ChildProcess child, boolean drops, int seed, boolean oursFirst)
      throws FailedProcessException {
    List<String> ours = List.of("--device", "jvm");
    List<String> theirs = List.of("--library", LIBRARY);
    Curve first = learn(child, oursFirst ? ours : theirs, drops, seed);
    Curve second = learn(child, oursFirst ? theirs : ours, drops, seed);
    return new Pair(drops, oursFirst ? first : second, oursFirst ? second : first);
  }

  private Curve learn(ChildProcess child, List<String> who, boolean drops, int seed)
      throws FailedProcessException {
    List<String> arguments =
        new ArrayList<>(List.of("learn", "--text", text.toAbsolutePath().toString()));
    arguments.addAll(List.of("--set", "--epochs=" + epochs, "--set", "--seed=" + seed));
    if (!drops) {
      arguments.addAll(List.of("--set", "--dropout=0"));
    }
    arguments.addAll(who);
    return Curve.parse(child.run(arguments));
  }
}
