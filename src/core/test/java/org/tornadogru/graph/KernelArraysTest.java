package org.tornadogru.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelArrays;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomTexts;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.annotations.Reduce;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Work-items keep their sums to themselves, whatever else was compiled; in a process of its own,
 * since TornadoVM does not forget a reduction.
 */
class KernelArraysTest {

  @Test
  void noGraphIsComputedWithSharedArrays() throws IOException, InterruptedException {
    assumeTrue(!Device.fastest().isPlainJvm(), "a plain JVM compiles no reductions");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.removeIf(argument -> argument.startsWith("-javaagent"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Reduction.class.getName()));

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("workgroup before: right", "sum: 1024.0", "annotated after: right")
        .containsPattern("workgroup after: device .* would compute graph .* wrongly: .*@Reduce");
  }

  /** A program that computes gradients before and after a reduction of somebody else's. */
  static final class Reduction {
    private Reduction() {}

    static void sum(FloatArray x, @Reduce FloatArray result) {
      result.set(0, 0f);
      for (@Parallel int i = 0; i < x.getSize(); i++) {
        result.set(0, result.get(0) + x.get(i));
      }
    }

    public static void main(String[] args) throws Exception {
      System.out.println("workgroup before: " + outcome(KernelChoice.WORKGROUP, 32));
      reduce();
      if (!KernelArrays.areShared(Device.fastest().backend())) {
        throw new AssertionError("TornadoVM has mended this: leave the check out");
      }
      System.out.println("workgroup after: " + outcome(KernelChoice.WORKGROUP, 48));
      System.out.println("annotated after: " + outcome(KernelChoice.ANNOTATED, 48));
    }

    private static void reduce() throws Exception {
      FloatArray ones = new FloatArray(1024);
      ones.init(1);
      FloatArray result = new FloatArray(1);
      TaskGraph graph =
          new TaskGraph("reducing")
              .transferToDevice(DataTransferMode.EVERY_EXECUTION, ones)
              .task("sum", Reduction::sum, ones, result)
              .transferToHost(DataTransferMode.EVERY_EXECUTION, result);
      try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
        plan.execute();
      }
      System.out.println("sum: " + result.get(0));
    }

    private static String outcome(KernelChoice kernels, int hidden) {
      DeviceProbe probe = new DeviceProbe(Device.fastest().withKernels(kernels));
      try {
        KernelSetsTest.assertGradients(
            probe, RandomTexts.text(3, 5, hidden, 5, ResetPlacement.AFTER, 31));
        return "right";
      } catch (InvalidInputException refused) {
        return refused.getMessage();
      }
    }
  }
}
