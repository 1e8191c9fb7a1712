package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The argument files of {@code tornado-configs}. TornadoVM ignores a property that it does not
 * know, so a misspelt one would go unnoticed.
 */
@Tag("plain-jvm")
class LaunchConfigsTest {

  private static final Path CONFIGS = Path.of("tornado-configs");

  private static final String FLAG = "([Tt]rue|[Ff]alse)";
  private static final String COUNT = "[0-9]+";
  private static final String MEMORY = "[0-9]+(KB|MB|GB)";
  private static final String FILE = "[^\\s,]+";

  /**
   * The options that a file may hold, and what their values look like. Those of TornadoVM are the
   * ones that its documentation describes, chapters "TornadoVM Flags" and "FPGA Programming in
   * TornadoVM"; options that only print are left out, because standard output belongs to the
   * program.
   */
  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("-XX:+UseParallelGC", ""),
          Map.entry("-XX:+UseZGC", ""),
          Map.entry("--enable-native-access", "ALL-UNNAMED"),
          Map.entry("--add-modules", "jdk\\.incubator\\.vector"),
          Map.entry("-Djava.awt.headless", FLAG),
          Map.entry("-Dtornado.device.memory", MEMORY),
          Map.entry("-Dtornado.backend", COUNT),
          Map.entry("-Dtornado.device", COUNT),
          Map.entry("-Dtornado.opencl.priority", COUNT),
          Map.entry("-Dtornado.ptx.priority", COUNT),
          Map.entry("-Dtornado.cuda.priority", COUNT),
          Map.entry(
              "-Dtornado.ptx.compiler.flags", "CU_JIT_[A-Z_]+ [0-9]+( CU_JIT_[A-Z_]+ [0-9]+)*"),
          Map.entry("-Dtornado.concurrent.devices", FLAG),
          Map.entry("-Dtornado.reuse.device.buffers", FLAG),
          Map.entry("-Dtornado.deallocate.buffers", FLAG),
          Map.entry("-Dtornado.scheduler.block", FLAG),
          Map.entry("-Dtornado.enable.fma", FLAG),
          Map.entry("-Dtornado.enable.mathOptimizations", FLAG),
          Map.entry("-Dtornado.enable.fastMathOptimizations", FLAG),
          Map.entry("-Dtornado.enable.nativeFunctions", FLAG),
          Map.entry("-Dtornado.experimental.partial.unroll", FLAG),
          Map.entry("-Dtornado.unroll.factor", COUNT),
          Map.entry("-Dtornado.fpga.conf.file", FILE),
          Map.entry("-Dtornado.precompiled.binary", FILE + "(," + FILE + "=[0-9]+:[0-9]+)*"));

  /**
   * An option, quoted where it has spaces; perhaps commented out, as an example to be filled in.
   */
  private static final Pattern OPTION = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  static List<Path> configs() throws IOException {
    try (Stream<Path> files = Files.list(CONFIGS)) {
      return files.sorted().toList();
    }
  }

  @Test
  void thereIsOneFileForEachKindOfDevice() throws IOException {
    assertThat(configs().stream().map(Path::getFileName).map(Path::toString))
        .containsExactlyInAnyOrder(
            "any.args",
            "cuda-gpu.args",
            "intel-fpga-emulation.args",
            "intel-fpga.args",
            "opencl-cpu.args",
            "opencl-gpu.args",
            "opencl.args",
            "plain-jvm.args",
            "ptx-gpu.args",
            "xilinx-fpga.args");
  }

  /** Java has no option against it. */
  private static final String OF_EVERY_USE_OF_THE_VECTOR_API =
      "WARNING: Using incubator modules: jdk.incubator.vector";

  @ParameterizedTest(name = "{0}")
  @MethodSource("configs")
  void everyOptionIsKnownAndWellFormed(Path config) throws IOException {
    assertThat(unknownOptions(Files.readAllLines(config))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "-Dtornado.opencl.prioritty=20",
        "-Dtornado.opencl.priority=high",
        "-Dtornado.opencl.priority",
        "-Dtornado.device.memory=4",
        "-Dtornado.recover.bailout=True",
        "# -Dtornado.fpga.config=/path/to/intel-fpga.conf",
        "-XX:+UseParalelGC",
        "-Dtornado.ptx.compiler.flags=CU_JIT_OPTIMIZATION_LEVEL 4",
        "example.Main"
      })
  void anythingElseIsRejected(String line) {
    assertThat(unknownOptions(List.of("# A comment.", line))).isNotEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("configs")
  void everyFileSaysWhenToUseItWhatToInstallAndWhatIsKnown(Path config) throws IOException {
    assertThat(Files.readString(config))
        .startsWith("# ")
        .containsPattern("(?m)^# Use: +\\S")
        .containsPattern("(?m)^# Install: +\\S")
        .containsPattern("(?m)^# Known: +\\S");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("configs")
  void theJavaLauncherReadsTheFileAndPrintsNothingOfItsOwn(Path config) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(java.toString(), "@" + config, "--version")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output.lines().filter(line -> !line.equals(OF_EVERY_USE_OF_THE_VECTOR_API)))
        .hasSize(3)
        .noneMatch(line -> line.contains("WARNING"));
  }

  private static List<String> unknownOptions(List<String> lines) {
    List<String> unknown = new ArrayList<>();
    for (String line : lines) {
      boolean example = line.startsWith("# -");
      if (line.startsWith("#") && !example) {
        continue;
      }
      Matcher option = OPTION.matcher(example ? line.substring(2) : line);
      while (option.find()) {
        String text = option.group(1) != null ? option.group(1) : option.group(2);
        if (!isKnown(text)) {
          unknown.add(text);
        }
      }
    }
    return unknown;
  }

  private static boolean isKnown(String option) {
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    String value = equals < 0 ? "" : option.substring(equals + 1);
    return KNOWN.containsKey(name) && value.matches(KNOWN.get(name));
  }
}
