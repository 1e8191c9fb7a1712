package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.bench.Comparison.Effort;

/** Programs that end badly, and what is said of them. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ChildProcessTest {

  private static final String HOTSPOT =
      """
      #
      # A fatal error has been detected by the Java Runtime Environment:
      #
      #  SIGSEGV (0xb) at pc=0x00007fd91dcf112a, pid=30155, tid=30156
      #
      # JRE version: OpenJDK Runtime Environment (25.0.3+9)
      # Problematic frame:
      # C  [libpocl.so.2.10.0+0x6012a]
      #
      """;

  private static final Work WORK = Work.named("generation-H256");
  private static final Candidate DEVICE =
      new Candidate(
          "0:0", "a device", "wide", List.of("annotated", "wide"), List.of("annotated", "wide"));

  @TempDir private Path temporary;

  private ChildProcess processes(Duration longest, String... lines) throws IOException {
    Path script = temporary.resolve("script");
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return new ChildProcess(
        script, temporary, temporary.resolve("log"), longest, Map.of("GREETING", "hello"));
  }

  private ChildProcess processes(String... lines) throws IOException {
    return processes(Duration.ofMinutes(1), lines);
  }

  @Test
  void whatItPrintsComesBackAndIsLogged() throws Exception {
    ChildProcess child = processes("echo \"got $1, $GREETING\"", "echo trouble >&2");

    assertThat(child.run(List.of("a b"))).isEqualTo("got a b, hello\n");
    assertThat(temporary.resolve("log")).content().contains("got a b", "trouble");
  }

  @Test
  void aMessageIsTheReason() throws Exception {
    assertThatThrownBy(
            () ->
                processes("echo 'tornado-gru: device 0:0 refused the graph' >&2", "exit 2")
                    .run(List.of()))
        .isInstanceOf(FailedProcessException.class)
        .hasMessage("device 0:0 refused the graph");
  }

  @Test
  void aSilentEndIsToldApart() throws Exception {
    assertThatThrownBy(() -> processes("kill -9 $$").run(List.of()))
        .hasMessage("the process was ended by signal 9");
    assertThatThrownBy(() -> processes("exit 3").run(List.of()))
        .hasMessage("the process ended with exit code 3 and said nothing");
  }

  @Test
  void aReasonIsTheLastMessageWithoutColoursAndStackTrace() {
    assertThat(
            ChildProcess.reason(
                1,
                "",
                "first\nrun.sh: no\u001b[31m memory\u001b[0m\n\tat X.y(X.java)\n\nWARNING: z\n"))
        .isEqualTo("no memory");
  }

  @Test
  void aCrashOfTheJvmNamesSignalAndLibrary() {
    assertThat(ChildProcess.reason(134, "noise\n" + HOTSPOT, "Aborted\n"))
        .isEqualTo("the process crashed: SIGSEGV in libpocl.so.2.10.0");
  }

  @Test
  void oneThatHangsIsStopped() throws Exception {
    assertThatThrownBy(() -> processes(Duration.ofMillis(200), "exec sleep 60").run(List.of()))
        .hasMessageContaining("stopped after");
  }

  @Test
  void aCrashCostsOneRow() throws Exception {
    String result =
        "{\"work\":\"generation-H256\",\"kernels\":\"annotated\",\"first_step_seconds\":1,"
            + "\"milliseconds\":[2,4],\"characters_per_step\":64,\"bytes_to_device_per_step\":1,"
            + "\"bytes_from_device_per_step\":2,\"max_abs_diff\":0,\"others_cpu\":0}";
    List<String> progress = new ArrayList<>();
    ChildProcess child =
        processes(
            "case \"$*\" in",
            "  *wide*) kill -9 $$ ;;",
            "  *--reference*) echo '[driver] noise'; echo '" + result + "' ;;",
            "esac");

    List<Comparison> kept = new ArrayList<>();
    Comparison comparison =
        comparer(child, 2, progress)
            .compare(
                List.of(WORK),
                List.of(Contender.of(DEVICE, "annotated"), Contender.of(DEVICE, "wide")),
                kept::add);

    assertThat(comparison.rows()).hasSize(2);
    assertThat(comparison.rows().getFirst().figures().medianMillis()).isEqualTo(3);
    assertThat(comparison.rows().getFirst().problem()).isNull();
    assertThat(comparison.rows().getLast().figures()).isNull();
    assertThat(comparison.rows().getLast().problem()).contains("signal 9");
    assertThat(progress).filteredOn(line -> line.contains("FAILED")).hasSize(2);
    assertThat(kept).as("what there is after each process").hasSize(4);
    assertThat(kept.getFirst().hasResults()).isTrue();
  }

  @Test
  void aRoundIsRepeatedWhileOtherProcessesDisturbIt() throws Exception {
    ChildProcess child =
        processes(
            "case \"$*\" in *--reference*)",
            "  echo x >> tries",
            "  if [ $(wc -l < tries) -lt 3 ]; then others=0.5; else others=0.01; fi",
            "  echo '{\"milliseconds\":[2],\"others_cpu\":'$others'}' ;;",
            "esac");
    List<String> progress = new ArrayList<>();

    Comparison comparison =
        comparer(child, 1, progress)
            .compare(List.of(WORK), List.of(Contender.of(DEVICE, "wide")), soFar -> {});

    assertThat(progress).filteredOn(line -> line.endsWith("rejected")).hasSize(2);
    assertThat(comparison.rows().getFirst().figures().others()).isEqualTo(0.01);
  }

  @Test
  void aMachineThatStaysBusyGivesNoResult() throws Exception {
    ChildProcess child =
        processes(
            "case \"$*\" in *--reference*) echo '{\"milliseconds\":[2],\"others_cpu\":0.5}' ;; esac");

    Comparison comparison =
        comparer(child, 1, new ArrayList<>())
            .compare(List.of(WORK), List.of(Contender.of(DEVICE, "wide")), soFar -> {});

    assertThat(comparison.hasResults()).isFalse();
    assertThat(comparison.rows().getFirst().problem()).contains("busy");
  }

  private static Comparer comparer(ChildProcess child, int rounds, List<String> progress) {
    return new Comparer(
        "compare",
        new MeasurementProcess(child, "measure"),
        Contender.ANNOTATED,
        new Effort(rounds, 0.1, 1, 0.04),
        progress::add);
  }

  @Test
  void withoutReferenceNothingIsMeasured() throws Exception {
    ChildProcess child =
        processes("case \"$*\" in *--write-reference*) echo 'no memory' >&2; exit 1 ;; esac");

    Comparison comparison =
        comparer(child, 1, new ArrayList<>())
            .compare(List.of(WORK), List.of(Contender.of(DEVICE, "wide")), soFar -> {});

    assertThat(comparison.hasResults()).isFalse();
    assertThat(comparison.rows().getFirst().problem()).contains("no reference", "no memory");
  }

  @Test
  void devicesAreReadFromTheLastLineThatHasThem() throws Exception {
    ChildProcess child =
        processes(
            "echo '[driver] hello'",
            "echo '[{\"id\":\"0:0\",\"device\":\"a device\",\"fastest\":\"wide\",\"usual\":[\"annotated\",\"wide\"],"
                + "\"available\":[\"annotated\",\"wide\"]}]'");

    assertThat(new MeasurementProcess(child, "measure").candidates()).containsExactly(DEVICE);
  }
}
