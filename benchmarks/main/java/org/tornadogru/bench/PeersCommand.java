package org.tornadogru.bench;

import java.util.List;
import java.util.stream.Stream;
import org.tornadogru.bench.Comparison.Effort;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Times tornado-gru beside LibTorch, ONNX Runtime and oneDNN, by turns, after comparing the answers with LibTorch's in"
          + " double precision.",
      "Each measurement is a process of its own. Writes peers.json, peers.html, peers.png, peers.svg, and peers.log"
          + " with what the processes had to say."
    })
public class PeersCommand extends ComparisonCommand {

  /** The default device of TornadoVM. */
  private static final String FIRST = "0:0";

  @Option(
      names = "--contenders",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of libtorch, onnxruntime, onednn, jvm, and TornadoVM's devices; default: all, and 0:0 where"
              + " TORNADOVM_HOME is set.")
  private List<String> names;

  public PeersCommand() {
    this(new Effort(5, 4, 2, 0.04));
  }

  PeersCommand(Effort effort) {
    super("", effort);
  }

  @Override
  String processCommand() {
    return "peer";
  }

  @Override
  Contender judge() {
    return Contender.of(others().getFirst().exact());
  }

  @Override
  boolean wantsTornadoVm() {
    return names == null || names.stream().anyMatch(name -> name.matches("\\d+:\\d+"));
  }

  @Override
  List<Contender> contenders(List<Candidate> devices) {
    List<Contender> libraries = others().stream().map(Contender::of).toList();
    if (names == null) {
      return Stream.concat(
              libraries.stream(),
              devices.stream()
                  .filter(device -> List.of(Device.PLAIN_JVM, FIRST).contains(device.id()))
                  .map(device -> Contender.of(device, device.fastest())))
          .toList();
    }
    return names.stream().distinct().map(name -> contender(name, libraries, devices)).toList();
  }

  private static Contender contender(
      String name, List<Contender> libraries, List<Candidate> devices) {
    return libraries.stream()
        .filter(library -> library.target().equals(name))
        .findFirst()
        .orElseGet(
            () -> {
              Candidate device = find(name, devices);
              return Contender.of(device, device.fastest());
            });
  }

  /** LibTorch first, which has double precision. */
  private static List<Library> others() {
    List<Library> libraries = Library.others();
    if (libraries.isEmpty()) {
      throw new InvalidInputException(
          "this build has no other libraries: start with ./run.sh peers");
    }
    return libraries;
  }
}
