package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TornadoVM's way to an FPGA, without one: the folder that {@code FPGA_STANDIN} names has a program
 * {@code run.sh} which lets a command find FPGAs instead of OpenCL devices. They accept bitstreams
 * of its own compiler, refuse what an FPGA refuses, and compute on the CPU.
 */
@Tag("plain-jvm")
class FpgaStandInTest {

  private static final Path PROJECT = Path.of("").toAbsolutePath();

  /** What the stand-in exits with where it lacks something. */
  private static final int LACKS_SOMETHING = 2;

  /** Exit code, and what was printed. */
  private record Outcome(int exitCode, String output) {

    String line(String start) {
      return output.lines().filter(line -> line.startsWith(start)).findFirst().orElse(output);
    }
  }

  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "JAVA_HOME",
              System.getProperty("java.home"),
              "TORNADO_GRU_BACKENDS",
              "opencl",
              "FPGA_STANDIN_SUMMARY",
              "1",
              "FPGA_STANDIN_STRICT", // ends at a refusal and at a bitstream out of date
              "1"));

  @TempDir private Path temporary;
  private Path standIn;
  private Path script;

  @BeforeEach
  void thereIsAStandIn() throws Exception {
    String sdk = System.getenv().getOrDefault("TORNADOVM_HOME", "");
    String folder = System.getenv().getOrDefault("FPGA_STANDIN", "");
    assumeFalse(sdk.isEmpty(), "TORNADOVM_HOME is not set: only TornadoVM knows FPGAs");
    assumeFalse(folder.isEmpty(), "FPGA_STANDIN is not set: there is neither FPGA nor stand-in");
    standIn = Path.of(folder, "run.sh");
    script = checkout();
    Outcome devices = onFpga("devices");
    assumeTrue(devices.exitCode != LACKS_SOMETHING, devices.output.strip());
    assertThat(devices.output).contains("ACCELERATOR");
  }

  /** The script with what is being tested, as if that had been built. */
  private Path checkout() throws IOException {
    Path root = temporary.resolve("checkout");
    String module = "src/app/main/bash";
    for (String folder :
        List.of(module, "tornado-configs", "src/app/target/lib", "src/jvm/target")) {
      Files.createDirectories(root.resolve(folder));
    }
    for (String file :
        List.of("run.sh", "pom.xml", module + "/synthesize.sh", "tornado-configs/plain-jvm.args")) {
      Files.copy(PROJECT.resolve(file), root.resolve(file));
    }
    String version =
        Files.readString(PROJECT.resolve("pom.xml"))
            .replaceFirst("(?s).*?<version>([^<]+).*", "$1");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    for (String jar :
        List.of("src/app/target/tornado-gru-app-", "src/jvm/target/tornado-plain-jvm-")) {
      Path file = root.resolve(jar + version + ".jar");
      new JarOutputStream(Files.newOutputStream(file), manifest).close();
    }
    Path mark = Files.createFile(root.resolve("src/app/target/built"));
    Files.setLastModifiedTime(mark, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
    return root.resolve("run.sh");
  }

  private Outcome onFpga(String... arguments) throws Exception {
    return start(true, arguments);
  }

  private Outcome onPlainJvm(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--device", "jvm"));
    return start(false, all.toArray(String[]::new));
  }

  private Outcome start(boolean onStandIn, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    if (onStandIn) {
      command.addAll(List.of("bash", standIn.toString()));
    }
    command.addAll(List.of("bash", script.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(temporary, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temporary.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    return new Outcome(exitCode, Files.readString(output, UTF_8));
  }

  private static String[] train(String out, String... more) {
    Stream<String> epoch = Stream.of("train", "--epochs", "1", "--overwrite", "--out", out);
    return Stream.concat(epoch, Stream.of(more)).toArray(String[]::new);
  }

  private static void assertAsOnPlainJvm(Outcome fpga, Outcome plain) {
    assertThat(plain.exitCode).as(plain.output).isZero();
    assertThat(fpga.exitCode).as(fpga.output).isZero();
    assertThat(fpga.line("perplexity")).isEqualTo(plain.line("perplexity"));
    assertThat(fpga.line("sample")).isEqualTo(plain.line("sample"));
    assertThat(fpga.output).contains(" 0 refused, 0 stale");
  }

  /**
   * Each launch configures the FPGA for the bitstream of its kernel, as long as these are there.
   */
  @Test
  void withABitstreamPerKernelItLearnsAsOnThePlainJvm() throws Exception {
    assertAsOnPlainJvm(onFpga(train("fpga")), onPlainJvm(train("plain")));

    Path log = temporary.resolve("fpga-standin/bitstreams/synthesis.log");
    List<String> synthesised = Files.readAllLines(log);
    assertThat(synthesised).allMatch(line -> line.contains(" ok: ")).doesNotHaveDuplicates();
    String[] slower = {"--learning-rate", "2", "--clip", "0.5"};
    assertAsOnPlainJvm(onFpga(train("fpga", slower)), onPlainJvm(train("plain", slower)));
    assertThat(log).hasContent(String.join("\n", synthesised));
    String[] smaller = {"--hidden", "7"};
    assertAsOnPlainJvm(onFpga(train("fpga", smaller)), onPlainJvm(train("plain", smaller)));

    Files.writeString(
        temporary.resolve("text.txt"), "the quick brown fox jumps over the lazy dog ".repeat(40));
    for (String[] reader :
        List.of(
            new String[] {"evaluate", "--model", "plain", "--text", "text.txt"},
            new String[] {
              "generate", "--model", "plain", "--prompt", "time ", "--temperature", "1"
            })) {
      Outcome read = onFpga(reader);
      assertThat(read.exitCode).as(read.output).isZero();
      assertThat(read.output.lines())
          .contains(onPlainJvm(reader).output.lines().toList().getLast());
    }
  }

  /** TornadoVM prints what the device says of a launch that it refused, and goes on. */
  @Test
  void withOneBitstreamItIsConfiguredOnceAndNoRefusedLaunchGoesUnnoticed() throws Exception {
    Outcome synthesis =
        onFpga(
            Stream.concat(Stream.of("synthesize", "--out", "made"), Stream.of(train("fpga")))
                .toArray(String[]::new));
    assertThat(synthesis.exitCode).as(synthesis.output).isZero();
    assertThat(temporary.resolve("fpga")).doesNotExist();
    assertThat(temporary.resolve("fpga-standin/bitstreams")).isEmptyDirectory();

    String[] slower = {"--learning-rate", "2", "--bitstream", "made"};
    Outcome learned = onFpga(train("fpga", slower));
    assertAsOnPlainJvm(learned, onPlainJvm(train("plain", "--learning-rate", "2")));
    assertThat(learned.output).contains(" 1 configurations, ");

    Outcome other = onFpga(train("fpga", "--hidden", "7", "--bitstream", "made"));
    assertThat(other.exitCode).isEqualTo(2);
    assertThat(other.line("tornado-gru:"))
        .contains("made/tasks lists no bitstream", "synthesize it anew");

    Path bitstream = temporary.resolve("made/kernels.aocx");
    Files.writeString(bitstream, forGroupsOfTwo(Files.readString(bitstream), "softmax"));
    environment.remove("FPGA_STANDIN_STRICT");
    Outcome refused = onFpga(train("fpga", "--bitstream", "made"));
    assertThat(refused.exitCode).as(refused.output).isEqualTo(2);
    assertThat(refused.output).contains("fpga stand-in: refused to launch softmax_");
    assertThat(refused.line("tornado-gru:")).contains("did not launch task softmax of graph train");
  }

  /** A stand-in's bitstream is OpenCL C; tasks are of one work-item. */
  private static String forGroupsOfTwo(String bitstream, String kernel) {
    int at =
        bitstream.lastIndexOf(
            "(reqd_work_group_size(1, 1, 1))", bitstream.indexOf("__kernel void " + kernel));
    return bitstream.substring(0, at) + bitstream.substring(at).replaceFirst("1, 1, 1", "2, 1, 1");
  }
}
