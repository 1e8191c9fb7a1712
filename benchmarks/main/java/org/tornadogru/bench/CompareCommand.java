package org.tornadogru.bench;

import java.util.List;
import org.tornadogru.bench.Comparison.Effort;
import org.tornadogru.cli.Word;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times the same work on every device of this machine, after comparing the answers with those of the plain JVM.",
      "Each measurement is a process of its own, so that a driver that crashes costs one row. Writes compare.json,"
          + " compare.html, and compare.log with what the processes had to say."
    })
public final class CompareCommand extends ComparisonCommand {

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

  public CompareCommand() {
    super("d2l|generation-H256", new Effort(1, 2, Runtime.getRuntime().availableProcessors(), 1));
  }

  @Override
  String processCommand() {
    return "measure";
  }

  @Override
  Contender judge() {
    return Contender.ANNOTATED;
  }

  @Override
  boolean wantsTornadoVm() {
    return ids == null || !ids.stream().allMatch(Device.PLAIN_JVM::equals);
  }

  @Override
  List<Contender> contenders(List<Candidate> devices) {
    List<Candidate> wanted =
        ids == null ? devices : ids.stream().distinct().map(id -> find(id, devices)).toList();
    List<Contender> contenders =
        wanted.stream()
            .flatMap(device -> sets(device).stream().map(set -> Contender.of(device, set)))
            .toList();
    if (contenders.isEmpty()) {
      throw new InvalidInputException(
          "none of these devices runs these kernels: choose other --kernels or --devices");
    }
    return contenders;
  }

  private List<String> sets(Candidate device) {
    return kernels == null
        ? device.usual()
        : device.available().stream().filter(set -> isWanted(set, device)).toList();
  }

  private boolean isWanted(String set, Candidate device) {
    return kernels.stream()
        .map(choice -> choice == KernelChoice.AUTO ? device.fastest() : Word.of(choice))
        .anyMatch(set::equals);
  }
}
