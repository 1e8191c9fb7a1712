package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.cli.Main;
import org.tornadogru.report.BareMachine;

@Tag("plain-jvm")
class CompareCommandTest {

  @TempDir private Path temporary;

  @Test
  void itSaysWhatItNeeds() {
    assertRefused("--out", "compare");
    assertRefused("start with ./run.sh compare", "compare", "--out=" + temporary);
    assertRefused("--list", "measure");
    assertRefused("start with ./run.sh curves", "curves", "--out=" + temporary, "--text=x");
    assertRefused("--seeds", "curves", "--out=" + temporary, "--text=x", "--seeds=0");
    assertRefused("no library called nonsense", "learn", "--text=README.md", "--library=nonsense");
    assertRefused("no work called nonsense", "measure", "--work=nonsense", "--reference=x");
  }

  private static void assertRefused(String message, String... arguments) {
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments);
    assertThat(err.toString()).startsWith("tornado-gru: ").contains(message);
    assertThat(err.toString().lines()).as("one line").hasSize(1);
    assertThat(exitCode).isEqualTo(2);
  }

  /** Its bars are SVG in a page, whose text is drawn by the browser. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void itDrawsWithoutFonts() throws Exception {
    BareMachine machine = BareMachine.assumed(false);
    Path script = temporary.resolve("run.sh");
    Files.writeString(
        script,
        "#!/bin/sh\nexec "
            + quoted(BareMachine.java(List.of(), Main.class.getName()))
            + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Path log = temporary.resolve("log.txt");

    Process process =
        new ProcessBuilder(
                machine.command(
                    BareMachine.java(
                        List.of("-Dtornado-gru.script=" + script),
                        Main.class.getName(),
                        "compare",
                        "--out=" + temporary,
                        "--work=generation-H256",
                        "--devices=jvm",
                        "--kernels=simd",
                        "--seconds=0.01")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(temporary.resolve("compare.html")).content().contains("<svg", "</html>");
  }

  private static String quoted(List<String> command) {
    return command.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
