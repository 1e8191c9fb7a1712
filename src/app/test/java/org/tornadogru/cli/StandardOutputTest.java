package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.report.BareMachine;

/** Every command where what it prints cannot be written. */
@Tag("plain-jvm")
@EnabledOnOs(OS.LINUX)
class StandardOutputTest {

  @TempDir private static Path shared;
  private static TinyRun tiny;

  @TempDir private Path temporary;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyRun.in(shared);
  }

  static Stream<List<String>> commands() {
    String model = "--model=" + tiny.model();
    return Stream.of(
        List.of("--help"),
        List.of("--version"),
        List.of("train", "--help"),
        List.of("bench", "--help"),
        List.of("completion"),
        List.of("devices"),
        List.of("inspect", tiny.model().toString()),
        List.of("generate", model, "--prompt=One", "--length=5"),
        List.of("evaluate", model, "--text=" + tiny.text()),
        List.of(tiny.arguments("--epochs=1", "--overwrite", "--out=" + shared.resolve("other"))));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isALineAndTwo(List<String> arguments) throws Exception {
    for (String closed : List.of(">/dev/full", ">&-")) {
      Outcome outcome = shell(arguments, "\"$@\" " + closed);

      assertThat(outcome.exitCode()).as(closed).isEqualTo(2);
      assertThat(messages(outcome))
          .as(closed)
          .singleElement()
          .asString()
          .contains("cannot write to standard output (");
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whenNobodyReadsItEndsQuietly(List<String> arguments) throws Exception {
    Outcome outcome = shell(arguments, "\"$@\" | true; exit ${PIPESTATUS[0]}");

    assertThat(outcome.exitCode()).isZero();
    assertThat(messages(outcome)).isEmpty();
  }

  private Outcome shell(List<String> arguments, String script) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
    command.addAll(
        BareMachine.java(
            List.of(),
            Stream.concat(Stream.of(Main.class.getName()), arguments.stream())
                .toArray(String[]::new)));
    return Outcome.of(temporary, command);
  }

  /** What is said besides the progress of a training. */
  private static List<String> messages(Outcome outcome) {
    assertThat(outcome.error()).doesNotContain("\tat ");
    return outcome.error().lines().filter(line -> line.startsWith("tornado-gru:")).toList();
  }
}
