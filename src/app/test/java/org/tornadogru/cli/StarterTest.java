package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the starter of a bundle would start, seen through {@code --show-command}, in a folder of
 * empty files, whose Java answers what a test wants of the drivers. The environment is empty.
 */
@Tag("plain-jvm")
@EnabledOnOs(OS.LINUX)
class StarterTest {

  /** What the probe prints: the file {@code answers} has a line per backend. */
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      here=${BASH_SOURCE[0]%/jdk/bin/java}
      printf 'OCL_ICD_VENDORS=%s\\n' "${OCL_ICD_VENDORS:-}" >"$here/environment"
      while [[ $1 != BackendProbe ]]; do shift; done
      shift
      while (($# > 0)); do
        echo "$1: asking"
        answer=$(grep "^$1: " "$here/answers")
        if [[ $answer == *crash* ]]; then kill -SEGV $$; fi
        echo "[a driver's own words]"
        echo "$answer"
        shift 2
      done
      """;

  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path temporary;
  private Path home;
  private Script script;

  @BeforeEach
  void aFolderAsUnpacked() throws IOException {
    environment.put("PATH", "/usr/bin:/bin");
    home = Files.createDirectory(temporary.toRealPath().resolve("a folder"));
    Files.copy(Path.of("benchmarks/gpu/starter.sh"), home.resolve("tornado-gru"));
    assertThat(home.resolve("tornado-gru").toFile().setExecutable(true)).isTrue();
    Files.createDirectories(home.resolve("jdk/bin"));
    Files.writeString(home.resolve("jdk/bin/java"), JAVA);
    assertThat(home.resolve("jdk/bin/java").toFile().setExecutable(true)).isTrue();
    for (String folder : List.of("cuda", "opencl", "ptx", "base", "lib", "vendors", "etc")) {
      Files.createDirectories(home.resolve("tornado").resolve(folder));
    }
    Files.createDirectory(home.resolve("configs"));
    for (String config : List.of("plain-jvm", "any", "cuda-gpu", "opencl-cpu")) {
      Files.createFile(home.resolve("configs").resolve(config + ".args"));
    }
    Files.writeString(home.resolve("tornado/vendors/nvidia.icd"), "libnvidia-opencl.so.1\n");
    answers("cuda: yes", "opencl: yes", "ptx: yes");
    script = new Script(temporary, environment, List.of(home.resolve("tornado-gru").toString()));
  }

  // ---- Backends ----

  @Test
  void everyBackendThatStartsIsOnTheModulePath() throws Exception {
    List<String> command = command("train", "--epochs", "2");

    assertThat(command.getFirst()).isEqualTo(home + "/jdk/bin/java");
    assertThat(after("--module-path", command))
        .isEqualTo(
            "%1$s/tornado/base:%1$s/tornado/cuda:%1$s/tornado/opencl:%1$s/tornado/ptx"
                .formatted(home));
    assertThat(command)
        .containsSubsequence("-cp", home + "/app/*", "org.tornadogru.cli.Main")
        .endsWith("train", "--epochs", "2");
  }

  @Test
  void oneWithoutDriverIsNot() throws Exception {
    answers("cuda: libcuda.so.1: cannot open", "opencl: yes", "ptx: crash");

    assertThat(after("--module-path", command("train")))
        .isEqualTo("%1$s/tornado/base:%1$s/tornado/opencl".formatted(home));
    Outcome devices = script.show("devices");
    assertThat(devices.error())
        .isEqualTo(
            "tornado-gru: backends left out: cuda (libcuda.so.1: cannot open), ptx (its driver ended the process that asked)\n");
  }

  @Test
  void aDriverThatCrashesHidesNoOther() throws Exception {
    answers("cuda: crash", "opencl: crash", "ptx: yes");

    assertThat(after("--module-path", command("train")))
        .isEqualTo("%1$s/tornado/base:%1$s/tornado/ptx".formatted(home));
  }

  @Test
  void withoutAnyItDoesNotChangeOverToTheJvmInSilence() throws Exception {
    answers("cuda: no device", "opencl: no driver", "ptx: no device");

    assertThat(failure("train"))
        .contains("cuda (no device), opencl (no driver), ptx (no device)", "--device jvm");
    assertThat(command("inspect", "file")).doesNotContain("--module-path");
  }

  @Test
  void oneThatIsAskedForIsAloneAndHasToStart() throws Exception {
    answers("cuda: yes", "opencl: yes", "ptx: no device");

    for (List<String> options :
        List.of(
            List.of("--backend", "cuda"),
            List.of("--backend=cuda"),
            List.of("--config=cuda-gpu"))) {
      List<String> command =
          command(Stream.concat(Stream.of("train"), options.stream()).toArray(String[]::new));
      assertThat(after("--module-path", command))
          .isEqualTo("%1$s/tornado/base:%1$s/tornado/cuda".formatted(home));
      assertThat(command).endsWith("org.tornadogru.cli.Main", "train");
    }
    assertThat(failure("train", "--backend", "cuda,ptx")).contains("--backend ptx (no device)");
    assertThat(failure("train", "--backend", "metal")).contains("metal", "cuda, opencl, ptx");
    assertThat(failure("train", "--backend", "cuda", "--config", "opencl-cpu"))
        .contains("opencl-cpu needs the backend opencl");
    assertThat(failure("train", "--backend")).contains("--backend wants a value");
  }

  @Test
  void aBundleOfThePlainJvmHasNoBackend() throws Exception {
    for (String backend : List.of("cuda", "opencl", "ptx")) {
      Files.delete(home.resolve("tornado").resolve(backend));
    }

    assertThat(command("train")).contains(home + "/app/*:" + home + "/app/plain-jvm/*");
    assertThat(failure("train", "--backend", "cuda")).contains("the plain JVM only");
  }

  @Test
  void openClFindsADriverOfNvidiaThatNobodyWroteDown() throws Exception {
    Path driver = Files.createDirectory(temporary.resolve("driver"));
    Files.createFile(driver.resolve("libnvidia-opencl.so.1"));
    environment.put("LD_LIBRARY_PATH", driver.toString());

    command("train");

    String variable = Files.readString(home.resolve("environment")).strip();
    assertThat(variable).startsWith("OCL_ICD_VENDORS=" + home);
    assertThat(Path.of(variable.substring(variable.indexOf('=') + 1), "nvidia.icd")).exists();
  }

  // ---- The plain JVM ----

  @Test
  void thePlainJvmIsAskedForByName() throws Exception {
    answers("cuda: crash", "opencl: crash", "ptx: crash");

    List<String> command = command("generate", "--device", "jvm");

    assertThat(command)
        .contains("@" + home + "/configs/plain-jvm.args")
        .contains(home + "/app/*:" + home + "/app/plain-jvm/*")
        .doesNotContain("--module-path")
        .endsWith("generate", "--device", "jvm");
    assertThat(failure("train", "--device=jvm", "--config", "cuda-gpu")).contains("for a backend");
  }

  @Test
  void compareItselfRunsOnThePlainJvmAndStartsTheRestThroughTheStarter() throws Exception {
    assertThat(command("compare", "--out", "here"))
        .contains("-Dtornado-gru.script=" + home + "/tornado-gru")
        .doesNotContain("--module-path");
  }

  // ---- Files ----

  @Test
  void whatTheJvmWritesStaysInTheFolder() throws Exception {
    assertThat(command("train"))
        .contains(
            "-Duser.home=" + home + "/cache",
            "-Djava.io.tmpdir=" + home + "/cache",
            "-XX:-UsePerfData");
  }

  @Test
  void whereTheFolderCannotBeWrittenToATemporaryOneIsUsed() throws Exception {
    Files.createFile(home.resolve("cache")); // no folder can be made there, even by root
    environment.put("TMPDIR", Files.createDirectory(temporary.resolve("tmp")).toString());

    assertThat(command("train"))
        .anyMatch(word -> word.startsWith("-Duser.home=" + temporary.resolve("tmp/tornado-gru-")));

    environment.put("TMPDIR", "/nonexistent");
    assertThat(failure("train")).contains("set TMPDIR");
  }

  @Test
  void itRunsFromAnywhereAndThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), home.resolve("tornado-gru"));

    Outcome outcome = new Script(temporary, environment, List.of(link.toString())).show("train");

    assertThat(outcome.output()).as(outcome.error()).contains("jdk/bin/java");
    Files.delete(link);
  }

  @Test
  void helpNeedsNothing() throws Exception {
    Outcome outcome = script.run("--help");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output()).contains("--backend NAMES", "test [ConsoleLauncher options]");
  }

  // ---- What the script does ----

  private void answers(String... lines) throws IOException {
    Files.write(home.resolve("answers"), List.of(lines));
  }

  private List<String> command(String... arguments) throws Exception {
    return script.command(arguments);
  }

  private String failure(String... arguments) throws Exception {
    return script.failure(arguments);
  }

  private static String after(String word, List<String> command) {
    return command.get(command.indexOf(word) + 1);
  }
}
