package org.tornadogru.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.ResetPlacement;

/**
 * TornadoVM compiles every kernel of every set for devices for a GPU that it only has a description
 * of: its virtual device, in a process of its own, {@link GpuCodeGeneration}.
 */
@Tag("plain-jvm")
class GpuCodeGenerationTest {

  private static final Pattern KERNEL = Pattern.compile("__kernel void (\\w+)\\(");
  private static final Pattern COMPILED = Pattern.compile("compiled (\\w+ \\w+)");

  /** The command line that run.sh has for TornadoVM, up to the class path; then the arguments. */
  private static final String START =
      "command=$(TORNADO_GRU_BACKENDS=opencl ./run.sh --show-command devices) && eval \"${command%% -cp *} \\\"\\$@\\\"\"";

  /** What run.sh exits with where there is no OpenCL loader, for one. */
  private static final int REFUSED = 2;

  private static final String[] LAYER_KERNELS = {
    "activate",
    "activateBackward",
    "add",
    "addBackward",
    "addBias",
    "affine",
    "arrange",
    "arrangeBackward",
    "begin",
    "clip",
    "collect",
    "collectBackward",
    "combine",
    "compare",
    "copyFinals",
    "descend",
    "draw",
    "finalBackward",
    "forward",
    "embed",
    "embedBackward",
    "freezeBias",
    "linear",
    "linearBackward",
    "mean",
    "measureClasses",
    "measureValues",
    "multiply",
    "multiplyBackward",
    "sumByStep",
    "sumRows",
    "transpose",
    "unmovedBackward",
    "variantBackward",
    "variantForward",
    "variantWrite",
    "weightedSoftmax"
  };

  /** A training step, a measure, then generation: in the order of the graphs' tasks. */
  private static final List<String> KERNELS =
      List.of(
          "addBias",
          "forward",
          "linear",
          "softmax",
          "sumByStep",
          "mean",
          "transpose",
          "linearBackward",
          "affine",
          "transpose",
          "backward",
          "lookUp",
          "affine",
          "affine",
          "combine",
          "clip",
          "descend",
          "addBias",
          "forward",
          "linear",
          "measureClasses",
          "sumRows",
          "sumRows",
          "softmax",
          "sumByStep",
          "mean",
          "addBias",
          "write");

  /** The same in groups of work-items: all products are one kernel. */
  private static final List<String> GROUP_KERNELS =
      List.of(
          "addBias",
          "forward",
          "product",
          "softmaxOfPositions",
          "sumOfStep",
          "meanOfSteps",
          "transposeSquare",
          "product",
          "product",
          "transposeSquare",
          "backward",
          "sumByToken",
          "product",
          "product",
          "combineOfLane",
          "clipByNorm",
          "descend",
          "addBias",
          "forward",
          "product",
          "measureClassesOfPositions",
          "sumOfRow",
          "sumOfRow",
          "softmaxOfPositions",
          "sumOfStep",
          "meanOfSteps",
          "addBias",
          "write");

  @TempDir private Path temporary;

  @Test
  void everyKernelCompilesForAGpu(TestReporter reporter) throws Exception {
    Map<String, List<String>> compiled = compiledKernels();
    compiled.forEach((set, kernels) -> reporter.publishEntry(set, String.join(" ", kernels)));

    Set<String> layer = new TreeSet<>();
    for (ResetPlacement reset : ResetPlacement.values()) {
      layer.addAll(compiled.remove("layer " + reset));
    }
    assertThat(layer).containsExactlyInAnyOrder(LAYER_KERNELS);

    Map<String, List<String>> expected = new LinkedHashMap<>();
    for (KernelSet kernels : DeviceProbe.everyKernelSet()) {
      if (!kernels.name().equals("simd")) { // not for devices
        for (ResetPlacement reset : ResetPlacement.values()) {
          expected.put(
              kernels.name() + " " + reset,
              kernels.name().equals("workgroup") ? GROUP_KERNELS : KERNELS);
        }
      }
    }
    assertThat(compiled).containsExactlyInAnyOrderEntriesOf(expected);
  }

  /** By set and placement of the reset gate, the names of the kernels whose code was printed. */
  private Map<String, List<String>> compiledKernels() throws IOException, InterruptedException {
    Path description = gpuDescription();
    Path output = temporary.resolve("output");
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                START,
                "run.sh",
                "-Dtornado.virtual.device=True",
                "-Dtornado.device.desc=" + description,
                "-Dtornado.printKernel=True",
                "-cp",
                System.getProperty("java.class.path"),
                GpuCodeGeneration.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exitCode = process.waitFor();

    List<String> lines = Files.readAllLines(output, UTF_8);
    assumeTrue(exitCode != REFUSED, () -> lines.getLast());
    assertThat(exitCode)
        .as(() -> String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())))
        .isZero();
    assertThat(lines).contains("device type GPU");
    Map<String, List<String>> compiled = new LinkedHashMap<>();
    List<String> kernels = new ArrayList<>();
    for (String line : lines) {
      Matcher kernel = KERNEL.matcher(line);
      Matcher end = COMPILED.matcher(line);
      if (kernel.find()) {
        kernels.add(kernel.group(1));
      } else if (end.matches()) {
        compiled.put(end.group(1), List.copyOf(kernels));
        kernels.clear();
      }
    }
    return compiled;
  }

  private static Path gpuDescription() throws IOException {
    String sdk = System.getenv().getOrDefault("TORNADOVM_HOME", "");
    assumeTrue(
        !sdk.isEmpty(),
        "TORNADOVM_HOME is not set: without TornadoVM no code is generated for a GPU");
    assumeTrue(
        Files.readString(Path.of(sdk, "etc", "tornado.backend")).contains("opencl-backend"),
        "the SDK in TORNADOVM_HOME has no OpenCL backend, and others have no virtual device");
    return Path.of(sdk, "examples", "virtual-device-GPU.json");
  }
}
