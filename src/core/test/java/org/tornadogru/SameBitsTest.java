package org.tornadogru;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same seed gives the same bits on the plain JVM, whatever the machine has. */
@Tag("plain-jvm")
class SameBitsTest {

  /** How the machine looks to the JVM, and how the JVM computes. */
  private static final List<List<String>> MACHINES =
      List.of(
          List.of("-XX:ActiveProcessorCount=1"),
          List.of("-XX:ActiveProcessorCount=2"),
          List.of("-XX:ActiveProcessorCount=4"),
          List.of("-XX:ActiveProcessorCount=7"),
          List.of("-XX:TieredStopAtLevel=1")); // vectors in Java, as the interpreter has them

  /** Vectors of another length; no such option on other CPUs. */
  private static final List<String> NARROW = List.of("-XX:UseAVX=2");

  @Test
  void theBitsDependOnNothingButTheSeed() throws Exception {
    List<List<String>> machines = new ArrayList<>(MACHINES);
    if (System.getProperty("os.arch").equals("amd64")) {
      machines.add(NARROW);
    }
    List<String> first = bits(List.of());
    assertThat(first).hasSize(3);
    for (List<String> machine : machines) {
      assertThat(bits(machine)).as("%s", machine).isEqualTo(first);
    }
  }

  private static List<String> bits(List<String> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--") || argument.startsWith("-D"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), SameBits.class.getName()));
    Process process = new ProcessBuilder(command).start();
    List<String> lines;
    try (var out = process.inputReader(UTF_8)) {
      lines = out.lines().toList();
    }
    assertThat(process.waitFor()).isZero();
    return lines;
  }
}
