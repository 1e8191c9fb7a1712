package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How a process ended, and what it printed. */
record Outcome(int exitCode, String output, String error) {

  /** Runs a command of the program, in this process. */
  static Outcome of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  /** What it printed, where all went well. */
  String successful() {
    assertThat(exitCode).as(error).isZero();
    return output;
  }

  /** It refused in one line that says something. */
  void assertRefused(String message) {
    assertThat(error).startsWith("tornado-gru: ").contains(message);
    assertThat(error.lines()).as("one line").hasSize(1);
    assertThat(exitCode).isEqualTo(2);
  }

  /**
   * Runs a command to its end, as this process is run.
   *
   * @param folder where its output is kept
   */
  static Outcome of(Path folder, List<String> command) throws Exception {
    return of(folder, new ProcessBuilder(command));
  }

  /**
   * Runs a command to its end.
   *
   * @param folder where it runs, and where its output is kept
   * @param environment all of it
   */
  static Outcome of(Path folder, Map<String, String> environment, List<String> command)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return of(folder, builder);
  }

  private static Outcome of(Path folder, ProcessBuilder builder) throws Exception {
    Path output = folder.resolve("output");
    Path error = folder.resolve("error");
    Process process = builder.redirectOutput(output.toFile()).redirectError(error.toFile()).start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("ends: %s", builder.command()).isTrue();
    return new Outcome(
        process.exitValue(), Files.readString(output, UTF_8), Files.readString(error, UTF_8));
  }
}
