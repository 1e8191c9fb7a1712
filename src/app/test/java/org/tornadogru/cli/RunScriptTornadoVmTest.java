package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which SDK {@code run.sh} takes, and which of its backends. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class RunScriptTornadoVmTest extends RunScript {

  // ---- TornadoVM ----

  @Test
  void aTornadoVmHomeThatIsNowhereIsRefused() throws Exception {
    jdk("25.0.3");
    Path nowhere = temporary.resolve("nowhere");
    environment.put("TORNADOVM_HOME", nowhere.toString());

    assertThat(failure("train")).contains("TORNADOVM_HOME is not a directory: " + nowhere);
  }

  @Test
  void aDirectoryThatIsNoSdkIsRefused() throws Exception {
    jdk("25.0.3");
    environment.put("TORNADOVM_HOME", temporary.toString());

    assertThat(failure("train")).contains("not a TornadoVM SDK");
  }

  @Test
  void anotherVersionOfTornadoVmIsRefused() throws Exception {
    jdk("25.0.3");
    Path modules = tornadoVm().resolve("share/java/tornado");
    Files.move(
        modules.resolve("tornado-api-5.2.0-jdk25.jar"), modules.resolve("tornado-api-6.0.0.jar"));

    assertThat(failure("train")).contains("5.2.0-jdk25", "tornado-api-6.0.0.jar");
  }

  @Test
  void aMissingCompilerIsRefused() throws Exception {
    jdk("25.0.3");
    Files.delete(tornadoVm().resolve("share/java/graalJars/compiler-25.0.2.jar"));

    assertThat(failure("train")).contains("no compiler-*.jar");
  }

  @Test
  void aMissingPythonIsRefused() throws Exception {
    jdk("25.0.3");
    tornadoVm();
    Files.delete(commands.resolve("python3"));

    assertThat(failure("train")).contains("python3");
  }

  @Test
  void onTornadoVmTheLaunchersOptionsAreUsedAndItsModulesAreTheRuntime() throws Exception {
    Path jdk = jdk("25.0.3", "no-space");
    Path sdk = tornadoVm();
    String[] arguments = {"generate", "time traveller", "it's"};

    List<String> command = command(arguments);

    assertThat(command)
        .startsWith(
            jdk + "/bin/java",
            "-Dlauncher=here",
            "--module-path",
            sdk + "/share/java/tornado",
            "@" + sdk + "/etc/exports")
        .contains("org.tornadogru.cli.Main")
        .endsWith(arguments);
    assertThat(command).anyMatch(word -> word.matches("@.*/tornado-configs/any\\.args"));
    assertThat(classPath(command))
        .matches(".*/tornado-gru-[^:]+\\.jar:.*/lib/\\*")
        .doesNotContain("plain-jvm");
  }

  @Test
  void whatTheLauncherSaysInsteadOfOptionsIsPassedOn() throws Exception {
    jdk("25.0.3", "no-space");
    executable(
        tornadoVm().resolve("bin/tornado"), "#!/bin/sh\necho 'TornadoVM supports only Fortran'\n");

    assertThat(failure("train")).contains("TornadoVM supports only Fortran");
  }

  @Test
  void aConfigIsChosenByOptionThenByEnvironment() throws Exception {
    jdk("25.0.3", "no-space");
    tornadoVm();
    environment.put("TORNADO_GRU_CONFIG", "opencl-cpu");

    assertThat(command("train")).anyMatch(word -> word.endsWith("/opencl-cpu.args"));
    assertThat(command("train", "--config", "opencl-gpu"))
        .anyMatch(word -> word.endsWith("/opencl-gpu.args"));
    assertThat(command("--device", "jvm")).anyMatch(word -> word.endsWith("/plain-jvm.args"));
  }

  // ---- Backends ----

  @Test
  void aConfigIsForOneBackendAndRefusedWithoutIt() throws Exception {
    jdk("25.0.3", "no-space");
    Path sdk = tornadoVm();

    assertThat(failure("train", "--config", "ptx-gpu")).contains("ptx backend", "has: opencl");
    assertThat(failure("train", "--config", "cuda-gpu")).contains("cuda backend", "has: opencl");

    Files.writeString(sdk.resolve("etc/tornado.backend"), "tornado.backends=cuda-backend");
    assertThat(command("train")).anyMatch(word -> word.endsWith("/any.args"));
    assertThat(command("train", "--config", "cuda-gpu"))
        .anyMatch(word -> word.endsWith("/cuda-gpu.args"));
    assertThat(failure("train", "--config", "opencl-gpu")).contains("opencl backend", "has: cuda");
  }

  @Test
  void allBackendsWhoseDriversAreThereAreUsed() throws Exception {
    jdk("25.0.3", "no-space");
    Path sdk = tornadoVmOfThreeBackends();

    assertThat(command("train"))
        .containsSubsequence("--module-path", sdk + "/share/java/tornado")
        .contains(
            "--enable-native-access=tornado.drivers.opencl,tornado.drivers.ptx,tornado.drivers.cuda");
  }

  @Test
  void aBackendWithoutDriverIsKeptOffTheModulePath() throws Exception {
    jdk("25.0.3", "no-space");
    Path sdk = tornadoVmOfThreeBackends();
    noDriver("cuda", "libnvrtc.so.13: cannot open");

    List<String> command = command("train");

    String modules = sdk + "/share/java/tornado/tornado-";
    assertThat(command)
        .containsSubsequence(
            "--module-path",
            modules
                + "api-5.2.0-jdk25.jar:"
                + modules
                + "drivers-opencl-5.2.0-jdk25.jar:"
                + modules
                + "drivers-ptx-5.2.0-jdk25.jar")
        .contains("--enable-native-access=tornado.drivers.opencl,tornado.drivers.ptx")
        .contains(
            "ALL-SYSTEM,tornado.runtime,tornado.drivers.opencl,tornado.drivers.ptx,tornado.cublas")
        .contains("@" + sdk + "/etc/exportLists/opencl-exports")
        .noneMatch(word -> word.contains("cuda"));
  }

  @Test
  void devicesSaysWhichBackendsAreLeftOutAndWhy() throws Exception {
    jdk("25.0.3", "no-space");
    tornadoVmOfThreeBackends();
    noDriver("ptx", "libcuda.so.1: cannot open");
    noDriver("opencl", "no OpenCL platform");

    Outcome outcome = run("devices");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.error().lines()).hasSize(1);
    assertThat(outcome.error())
        .contains("left out: opencl (no OpenCL platform), ptx (libcuda.so.1: cannot open)");
    assertThat(words(outcome.output())).contains("--enable-native-access=tornado.drivers.cuda");
    assertThat(run("train").error()).isEmpty();
  }

  @Test
  void withoutAnyDriverItIsOneLine() throws Exception {
    jdk("25.0.3", "no-space");
    tornadoVm();
    noDriver("opencl", "libOpenCL.so.1: cannot open");

    assertThat(failure("train")).contains("opencl (libOpenCL.so.1: cannot open)", "--device jvm");
    assertThat(command("train", "--device", "jvm")).contains("train");
  }

  @Test
  void aDriverThatCrashesIsOneThatIsMissing() throws Exception {
    jdk("25.0.3", "no-space");
    tornadoVm();
    executable(commands.resolve("python3"), "#!/bin/sh\nkill -9 $$\n");

    assertThat(failure("train")).contains("opencl (its driver ended", "137");
  }

  @Test
  void backendsThatAreNamedAreUsedOrRefused() throws Exception {
    jdk("25.0.3", "no-space");
    tornadoVmOfThreeBackends();
    noDriver("ptx", "libcuda.so.1: cannot open");

    environment.put("TORNADO_GRU_BACKENDS", "opencl,cuda");
    assertThat(command("train"))
        .contains("--enable-native-access=tornado.drivers.opencl,tornado.drivers.cuda");
    assertThat(run("devices").error()).isEmpty();
    assertThat(failure("train", "--config", "ptx-gpu")).contains("ptx", "TORNADO_GRU_BACKENDS");
    assertThat(command("train", "--config", "cuda-gpu"))
        .contains("--enable-native-access=tornado.drivers.cuda");

    environment.put("TORNADO_GRU_BACKENDS", "opencl,ptx");
    assertThat(failure("train")).contains("ptx backend", "libcuda.so.1: cannot open");
    environment.put("TORNADO_GRU_BACKENDS", "opencl,spirv");
    assertThat(failure("train")).contains("spirv backend", "has: opencl ptx cuda");
  }
}
