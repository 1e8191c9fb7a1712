package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.report.BareMachine;

/** Disks without room: a file system of a process' own, which is full soon. */
@Tag("plain-jvm")
@EnabledOnOs(OS.LINUX)
class FullDiskTest {

  private static final List<String> OWN_MOUNTS =
      List.of("unshare", "--map-root-user", "--mount", "bash", "-c");

  @TempDir private static Path shared;
  private static TinyRun tiny;

  @TempDir private Path temporary;
  private Path disk;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyRun.in(shared);
  }

  @BeforeEach
  void aSmallDisk() throws Exception {
    disk = Files.createDirectory(temporary.resolve("disk"));
    Outcome outcome;
    try {
      outcome = onDisk("true", List.of());
    } catch (IOException e) {
      outcome = new Outcome(1, "", e.getMessage());
    }
    assumeTrue(outcome.exitCode() == 0, "no right to mount: " + outcome.error());
  }

  @Test
  void aFileThatCannotBeReplacedIsNamedAndKept() throws Exception {
    Outcome outcome =
        onDisk(
            """
            cp "%1$s" old.safetensors || exit
            head -c 1m /dev/zero >rest 2>/dev/null
            "$@"; code=$?
            cmp "%1$s" old.safetensors && ls -A
            exit $code
            """
                .formatted(tiny.model().resolve("model.safetensors")),
            List.of("convert", tiny.model().toString(), "old.safetensors"));

    assertThat(outcome.error().lines().filter(line -> !line.startsWith("WARNING: ")))
        .singleElement()
        .asString()
        .startsWith("tornado-gru: cannot write old.safetensors (no space left on device)");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output().lines()).containsExactly("old.safetensors", "rest");
  }

  @Test
  void aRunSaysWhatItCouldNotKeep() throws Exception {
    Outcome outcome =
        onDisk(
            "\"$@\"; code=$?; ls -AR >&2; exit $code",
            List.of(tiny.arguments("--hidden=80", "--out=run")));

    assertThat(outcome.exitCode()).as(outcome.error()).isEqualTo(2);
    assertThat(outcome.error())
        .contains("tornado-gru: cannot write run/", "(no space left on device)")
        .doesNotContain("\tat ", "Exception", ".part", ".lock");
  }

  /** Runs a script in the disk, whose arguments are a command of the program. */
  private Outcome onDisk(String script, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(OWN_MOUNTS);
    command.add(
        "mount -t tmpfs -o size=128k none '%1$s' && cd '%1$s' || exit%n%2$s"
            .formatted(disk, script));
    command.add("bash");
    command.addAll(
        BareMachine.java(
            List.of(),
            Stream.concat(Stream.of(Main.class.getName()), arguments.stream())
                .toArray(String[]::new)));
    return Outcome.of(temporary, command);
  }
}
