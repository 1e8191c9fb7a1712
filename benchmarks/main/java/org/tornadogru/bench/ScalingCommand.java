package org.tornadogru.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.tornadogru.bench.Comparison.Effort;
import org.tornadogru.file.WholeFile;
import picocli.CommandLine.Command;

@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How the time of a layer's training changes with batch, steps, hidden units, layers and cores, one at a time, beside"
          + " other libraries: forward and backward of 128 inputs and 128 hidden units, 64 sequences of 64 steps.",
      "Each measurement is a process of its own. Writes scaling.json, scaling.html with curves, and scaling.log with what"
          + " the processes had to say."
    })
public final class ScalingCommand extends PeersCommand {

  public ScalingCommand() {
    super(new Effort(3, 1, Runtime.getRuntime().availableProcessors(), 0.04));
  }

  @Override
  List<Work> works() {
    return Dimension.ALL.stream().flatMap(Dimension::works).toList();
  }

  @Override
  void publish(Comparison comparison, Path directory, Consumer<String> warnings)
      throws IOException {
    WholeFile.write(directory.resolve("scaling.json"), comparison.json());
    new ScalingPage(comparison).write(comparison.page(directory));
  }
}
