package org.tornadogru.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/**
 * Many executions need no more memory than few: a process with a small heap survives them. What
 * TornadoVM keeps of a profiled execution, 6 KB, would not fit for 6,000 of them.
 */
class SoakTest {

  private static final String HEAP = "-Xmx64m";

  @Test
  void aSmallHeapSurvivesManySteps() throws IOException, InterruptedException {
    int steps = Integer.getInteger("soak.steps", 6_000);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.removeIf(argument -> argument.startsWith("-Xmx") || argument.startsWith("-javaagent"));
    command.addAll(List.of(HEAP, "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Steps.class.getName(), Integer.toString(steps)));

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains(steps + " steps");
  }

  /** A program that trains on one batch. */
  static final class Steps {
    private Steps() {}

    public static void main(String[] args) {
      int steps = Integer.parseInt(args[0]);
      Weights weights =
          Weights.initial(
              GruConfig.ofTokens(7, 5, ResetPlacement.AFTER), 7, Initialization.UNIFORM, 1);
      try (SequenceModel model =
          new SequenceModel(
              weights, Head.nextToken(7), Optimization.sgd(0.01f, 1), Device.fastest())) {
        Sequences tokens = Sequences.ofTokens(new int[3][8]);
        for (int step = 0; step < steps; step++) {
          model.train(tokens);
        }
      }
      System.out.println(steps + " steps");
    }
  }
}
