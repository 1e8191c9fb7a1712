package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which JDK, which configuration, and what reaches the program. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class RunScriptTest extends RunScript {

  // ---- JDK ----

  @Test
  void withoutJdkItSaysHowToGetOne() throws Exception {
    assertThat(failure("train")).contains("no JDK 25 or later", "Temurin 25", "sdk install java");
  }

  @Test
  void aRuntimeWithoutCompilerIsNoJdk() throws Exception {
    Files.delete(jdk("25.0.3").resolve("bin/javac"));

    assertThat(failure("train")).contains("no JDK 25 or later");
  }

  @Test
  void theLowestMajorVersionFrom25OnAndItsNewestUpdateIsTaken() throws Exception {
    jdk("1.8.0_402");
    jdk("24.0.2");
    jdk("25.0.1");
    Path best = jdk("25.0.10");
    jdk("25.0.9");
    jdk("26");

    assertThat(command("train")).startsWith(best + "/bin/java");
  }

  @Test
  void javaHomeComesFirstWhereItWillDo() throws Exception {
    jdk("25.0.3");
    Path newer = jdk("26");
    environment.put("JAVA_HOME", newer.toString());

    assertThat(command("train")).startsWith(newer + "/bin/java");
  }

  @Test
  void anOldJavaHomeIsPassedOver() throws Exception {
    Path fits = jdk("25.0.3");
    environment.put("JAVA_HOME", jdk("17.0.15").toString());

    assertThat(command("train")).startsWith(fits + "/bin/java");
  }

  @Test
  void javaOnThePathIsFollowedToItsJdk() throws Exception {
    Path linked = jdk("27.0.1");
    environment.put("TORNADO_GRU_JDKS", "");
    Files.createSymbolicLink(commands.resolve("java"), linked.resolve("bin/java"));
    install("readlink");

    assertThat(command("train")).startsWith(linked + "/bin/java");
  }

  @Test
  void tornadoVmTakesJdk25AndNoOther() throws Exception {
    tornadoVm();
    jdk("25.0.1");
    Path fits = jdk("25.0.2", "no-space");
    environment.put("JAVA_HOME", jdk("26.0.2").toString());

    assertThat(command("train")).startsWith(fits + "/bin/java");
  }

  @Test
  void tornadoVmRefusesAnUpdateBefore25_0_2() throws Exception {
    tornadoVm();
    jdk("25.0.1");
    jdk("26");

    assertThat(failure("train")).contains("25.0.2 or later");
  }

  // ---- Plain JVM ----

  @Test
  void argumentsReachTheProgramUnchanged() throws Exception {
    jdk("25.0.3");
    String[] arguments = {
      "generate", "--prefix", "time traveller", "it's \"so\"", "$HOME `x` *", "", "@file"
    };

    assertThat(command(arguments)).endsWith(arguments).contains("org.tornadogru.cli.Main");
  }

  @Test
  void thePlainJvmRuntimeIsOnTheClassPath() throws Exception {
    jdk("25.0.3");

    assertThat(classPath(command("train")))
        .matches(
            ".*/src/app/target/tornado-gru-app-[^:]+\\.jar:.*/src/jvm/target/tornado-plain-jvm-[^:]+\\.jar:.*/src/app/target/lib/\\*");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"--device jvm", "--device=jvm", "--config plain-jvm"})
  void thePlainJvmCanBeAskedForWhereTornadoVmIsInstalled(String option) throws Exception {
    jdk("25.0.3");
    environment.put("TORNADOVM_HOME", "/nonexistent");
    List<String> arguments = new ArrayList<>(List.of("train"));
    arguments.addAll(List.of(option.split(" ")));

    List<String> command = command(arguments.toArray(String[]::new));

    assertThat(classPath(command)).contains("/tornado-plain-jvm-");
    assertThat(command).anyMatch(word -> word.matches("@.*/tornado-configs/plain-jvm\\.args"));
  }

  @Test
  void anEmptyTornadoVmHomeIsNone() throws Exception {
    jdk("25.0.3");
    environment.put("TORNADOVM_HOME", "");

    assertThat(classPath(command("train"))).contains("/tornado-plain-jvm-");
  }

  @Test
  void itWorksFromAnyDirectoryAndThroughALink() throws Exception {
    jdk("25.0.3");
    install("readlink");
    Path link = Files.createSymbolicLink(temporary.resolve("tornado-gru"), SCRIPT);

    Outcome outcome =
        start(temporary, List.of("bash", link.getFileName().toString(), "--show-command"));

    Files.delete(link); // JUnit warns of links that leave the directory
    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    assertThat(classPath(words(outcome.output())))
        .startsWith(SCRIPT.getParent().toRealPath().resolve("src/app/target").toString());
  }

  // ---- Configurations ----

  @Test
  void anUnknownConfigIsRefusedWithTheKnownNames() throws Exception {
    jdk("25.0.3");

    assertThat(failure("train", "--config", "openc"))
        .contains("--config openc", "opencl-gpu", "ptx-gpu");
  }

  @Test
  void aConfigWithoutValueIsRefused() throws Exception {
    assertThat(failure("train", "--config")).contains("--config wants a name or a file");
  }

  @Test
  void aConfigForTornadoVmIsRefusedOnThePlainJvm() throws Exception {
    jdk("25.0.3");

    assertThat(failure("train", "--config", "opencl-gpu"))
        .contains("opencl-gpu", "set TORNADOVM_HOME");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"--config %s", "--config=%s"})
  void aFileOfOnesOwnIsTakenAndKeptFromTheProgram(String option) throws Exception {
    jdk("25.0.3");
    Path own = Files.writeString(temporary.resolve("own.args"), "-Xmx8g\n");
    List<String> arguments = new ArrayList<>(List.of("train"));
    arguments.addAll(List.of(option.formatted(own).split(" ")));
    arguments.add("--epochs=2");

    List<String> command = command(arguments.toArray(String[]::new));

    assertThat(command).contains("@" + own.toRealPath());
    assertThat(command).endsWith("org.tornadogru.cli.Main", "train", "--epochs=2");
  }

  @Test
  void afterTwoDashesNothingIsRead() throws Exception {
    jdk("25.0.3");

    assertThat(command("generate", "--", "--config")).endsWith("generate", "--", "--config");
  }
}
