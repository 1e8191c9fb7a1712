package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds that are killed, locks that are left, and folders that Java cannot run in. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class RunScriptBuildTest extends RunScript {

  /** Makes what Maven would, and notes in a file that it did. */
  private static final String BUILDS =
      """
      #!/bin/sh
      root=${4%/pom.xml}
      version=$(sed -n 's:.*<version>\\(.*\\)</version>.*:\\1:p' "$root/pom.xml" | head -n 1)
      mkdir -p "$root/src/app/target/lib" "$root/src/jvm/target"
      echo half >"$root/src/app/target/tornado-gru-app-$version.jar"
      echo whole >"$root/src/jvm/target/tornado-plain-jvm-$version.jar"
      echo built >>"$root/builds"
      """;

  /** The same, but for the end, which does not come. */
  private static final String HANGS = BUILDS + "echo $$ >\"$root/hangs\"\nexec sleep 100\n";

  private Path script;
  private Path root;
  private Path lock;

  @BeforeEach
  void aCheckout() throws Exception {
    Path jdk = jdk("25.0.3");
    executable(jdk.resolve("bin/java"), "#!/bin/sh\necho \"runs in ${LC_ALL:-no locale}\"\n");
    environment.put("JAVA_HOME", jdk.toString());
    script = checkout();
    root = script.getParent();
    lock = root.resolve("target/run.sh.lock");
    Files.createDirectories(root.resolve("src"));
    executable(commands.resolve("mvn"), BUILDS);
    environment.put("PATH", commands + ":/usr/bin:/bin");
  }

  @Test
  void whatIsBuiltIsBuiltOnce() throws Exception {
    assertThat(started().error()).isEqualTo("building (first time, or sources changed) ...\n");
    assertThat(started().error()).isEmpty();
    Files.writeString(root.resolve("src/New.java"), "");
    assertThat(started().error()).contains("building");
    assertThat(builds()).isEqualTo(2);
  }

  @ParameterizedTest(name = "by SIG{0}")
  @ValueSource(strings = {"TERM", "INT", "KILL"})
  void aBuildThatIsKilledIsBuiltAgain(String signal) throws Exception {
    executable(commands.resolve("mvn"), HANGS);
    Process build = running();
    await(root.resolve("hangs"));
    long maven = Long.parseLong(Files.readString(root.resolve("hangs")).strip());
    // A terminal interrupts all of its processes; other signals reach the script alone.
    for (long each : signal.equals("INT") ? List.of(maven, build.pid()) : List.of(build.pid())) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(each)).start().waitFor();
    }
    assertThat(build.waitFor(20, TimeUnit.SECONDS)).isTrue();

    assertThat(ProcessHandle.of(maven).filter(ProcessHandle::isAlive).isPresent())
        .as("Maven outlives a script that could not end it")
        .isEqualTo(signal.equals("KILL"));
    ProcessHandle.of(maven).ifPresent(ProcessHandle::destroyForcibly);
    executable(commands.resolve("mvn"), BUILDS);
    assertThat(started().error()).contains("building");
    assertThat(builds()).isEqualTo(2);
    assertThat(started().error()).isEmpty();
  }

  /** A Maven whose script was killed goes on, and the next build waits for it. */
  @Test
  void twoBuildsAreNeverAtWorkAtOnce() throws Exception {
    executable(commands.resolve("mvn"), HANGS);
    Process first = running();
    await(root.resolve("hangs"));
    first.destroyForcibly().waitFor();
    long maven = Long.parseLong(Files.readString(root.resolve("hangs")).strip());
    executable(commands.resolve("mvn"), BUILDS);

    Process second = running();
    Thread.sleep(2500);
    assertThat(builds()).as("builds while Maven is alive").isEqualTo(1);
    ProcessHandle.of(maven).orElseThrow().destroyForcibly();
    assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();

    assertThat(second.exitValue()).isZero();
    assertThat(builds()).isEqualTo(2);
    assertThat(Files.readString(temporary.resolve("log"), UTF_8))
        .contains("waiting for another build, by process " + maven, "removing the lock");
  }

  @ParameterizedTest(name = "owner: {0}")
  @ValueSource(strings = {"2000000000", "1", ""})
  void aLockThatIsLeftIsRemovedAndSaid(String owner) throws Exception {
    leaveLock(owner, "long ago", host());

    Outcome outcome = started();

    assertThat(outcome.error()).contains("run.sh: removing the lock of a build that was killed");
    assertThat(lock).doesNotExist();
  }

  @Test
  void theLockOfAnotherMachineIsLeftAloneAndSaid() throws Exception {
    leaveLock("1", "long ago", "elsewhere");

    Outcome outcome = start(temporary, List.of("bash", script.toString(), "devices"));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.error().lines()).singleElement().asString().contains("another machine");
    assertThat(lock).exists();
  }

  @Test
  void aFolderWithAColonIsRefused() throws Exception {
    Path odd = Files.createDirectory(temporary.resolve("a:b"));
    Path elsewhere = Files.copy(SCRIPT, odd.resolve("run.sh"));

    Outcome outcome = start(temporary, List.of("bash", elsewhere.toString(), "devices"));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.error().lines()).singleElement().asString().contains("colon", "a:b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"devices >&-", "--show-command >&-", "--show-command >/dev/full", "bench -l >&-"})
  @EnabledOnOs(OS.LINUX)
  void standardOutputThatCannotBeWrittenIsOneLine(String arguments) throws Exception {
    Outcome outcome =
        start(temporary, List.of("bash", "-c", "bash %s %s".formatted(script, arguments)));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.error().lines()).singleElement().asString().contains("standard output");
  }

  @Test
  void withoutLocaleFilesMayHaveAnyName() throws Exception {
    for (String locale : List.of("C", "POSIX", "")) {
      environment.put("LC_ALL", locale);
      assertThat(started().output()).isEqualTo("runs in C.UTF-8\n");
    }
    environment.put("LC_ALL", "de_DE.ISO-8859-1");
    assertThat(started().output()).isEqualTo("runs in de_DE.ISO-8859-1\n");
  }

  // ---- Fixtures ----

  private Outcome started() throws Exception {
    Outcome outcome = start(temporary, List.of("bash", script.toString(), "devices"));
    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    assertThat(outcome.output()).startsWith("runs");
    return outcome;
  }

  private Process running() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString(), "devices")
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("log").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static void await(Path file) throws Exception {
    for (int wait = 0; wait < 400 && !Files.isReadable(file); wait++) {
      Thread.sleep(50);
    }
    Thread.sleep(200);
  }

  private int builds() throws IOException {
    return Files.readAllLines(root.resolve("builds")).size();
  }

  private void leaveLock(String number, String start, String machine) throws IOException {
    Files.createDirectories(lock);
    if (!number.isEmpty()) {
      Files.write(lock.resolve("script"), List.of(number, start, machine));
    }
  }

  private String host() throws Exception {
    return Outcome.of(temporary, environment, List.of("bash", "-c", "echo $HOSTNAME"))
        .output()
        .strip();
  }
}
