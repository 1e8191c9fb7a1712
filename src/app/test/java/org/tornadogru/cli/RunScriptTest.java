package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code run.sh} would start, seen through {@code --show-command}, with JDKs and TornadoVM
 * SDKs made of empty files. The environment holds nothing but what a test puts there, so that no
 * installed JDK, SDK or Maven is found.
 */
@Tag("plain-jvm")
@EnabledOnOs({OS.LINUX, OS.MAC})
class RunScriptTest {

  private static final Path SCRIPT = Path.of("run.sh").toAbsolutePath();

  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path temporary;
  private Path jdks;
  private Path commands;

  @BeforeEach
  void nothingIsInstalled() throws IOException {
    jdks = Files.createDirectory(temporary.resolve("j d k s"));
    commands = Files.createDirectory(temporary.resolve("commands"));
    environment.put("PATH", commands.toString());
    environment.put("TORNADO_GRU_JDKS", "/nonexistent/*:" + jdks + "/*");
  }

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

  // ---- Peers ----

  @Test
  void peersIsAPlainJvmProgramWithABuildOfItsOwn() throws Exception {
    tornadoVm();
    jdk("25.0.3");

    List<String> command = command("peers", "--out", "here");
    assertThat(command).endsWith("org.tornadogru.cli.Main", "peers", "--out", "here");
    assertThat(command)
        .contains("-Dtornado-gru.script=" + SCRIPT)
        .doesNotContain("-Dlauncher=here");
    assertThat(classPath(command))
        .matches(
            ".*/benchmarks/peers/target/tornado-gru-[^:]+\\.jar:.*/tornado-plain-jvm-[^:]+\\.jar:.*/peers/target/lib/\\*");
  }

  @Test
  void aProcessOfPeersHasTheRuntimeOfItsDeviceAndTheThreadsItIsGiven() throws Exception {
    tornadoVm();
    environment.put("JAVA_HOME", jdk("25.0.3", "no-space").toString());
    environment.put("TORNADO_GRU_THREADS", "3");

    assertThat(command("peer", "--device", "0:0"))
        .contains("-Dlauncher=here", "-XX:ActiveProcessorCount=3")
        .endsWith("org.tornadogru.cli.Main", "measure", "--device", "0:0");
    assertThat(command("peer", "--device", "jvm"))
        .contains("-XX:ActiveProcessorCount=3", "-Dai.djl.offline=true")
        .doesNotContain("-Dlauncher=here");
  }

  @Test
  void curvesAndItsProcessesHaveTheBuildOfPeers() throws Exception {
    jdk("25.0.3");
    environment.put("TORNADO_GRU_THREADS", "3");

    List<String> command = command("curves", "--out", "here");
    assertThat(command)
        .contains("-Dtornado-gru.script=" + SCRIPT)
        .endsWith("org.tornadogru.cli.Main", "curves", "--out", "here");
    List<String> process = command("learn", "--library", "libtorch");
    assertThat(process)
        .contains("-XX:ActiveProcessorCount=3", "-Dai.djl.offline=true")
        .endsWith("org.tornadogru.cli.Main", "learn", "--library", "libtorch");
    for (List<String> each : List.of(command, process)) {
      assertThat(classPath(each)).contains("/benchmarks/peers/target/lib/");
    }
  }

  // ---- Compare ----

  @Test
  void compareItselfRunsOnThePlainJvm() throws Exception {
    tornadoVm();
    jdk("25.0.3");

    List<String> command = command("compare", "--out", "here");
    assertThat(command).endsWith("org.tornadogru.cli.Main", "compare", "--out", "here");
    assertThat(command)
        .contains("-Dtornado-gru.script=" + SCRIPT)
        .doesNotContain("-Dlauncher=here");
  }

  @Test
  void aProcessOfCompareHasTheRuntimeOfItsDevice() throws Exception {
    tornadoVm();
    environment.put("JAVA_HOME", jdk("25.0.3", "no-space").toString());

    assertThat(command("measure", "--device", "0:0")).contains("-Dlauncher=here");
    assertThat(command("measure", "--device", "jvm")).doesNotContain("-Dlauncher=here");
  }

  @Test
  void theConfigurationOfCompareIsThatOfItsDevices() throws Exception {
    tornadoVm();
    jdk("25.0.3");

    assertThat(command("compare", "--config", "opencl-cpu"))
        .anyMatch(word -> word.endsWith("/plain-jvm.args"))
        .noneMatch(word -> word.endsWith("/opencl-cpu.args"));
    assertThat(failure("compare", "--config", "no-such")).contains("no such file");
  }

  // ---- Benchmarks ----

  @Test
  void benchRunsJmhOnThePlainJvmAndSaysSo() throws Exception {
    tornadoVm();
    jdk("25.0.3");

    Outcome outcome = run("bench", "Kernel.*", "-f", "1");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.error().lines()).hasSize(1);
    assertThat(outcome.error()).contains("on the plain JVM", "./run.sh compare");
    List<String> command = words(outcome.output());
    assertThat(command).endsWith("org.openjdk.jmh.Main", "Kernel.*", "-f", "1");
    assertThat(command).doesNotContain("-Dlauncher=here");
    assertThat(classPath(command))
        .matches(
            ".*/benchmarks/jmh/target/tornado-gru-[^:]+\\.jar:.*/tornado-plain-jvm-[^:]+\\.jar:.*/jmh/target/lib/\\*");
  }

  @Test
  void helpOfBenchIsOurOwnAndBuildsNothing() throws Exception {
    Outcome outcome = run("bench", "--help");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.error()).isEmpty();
    assertThat(outcome.output()).startsWith("Usage: ./run.sh bench").contains("PATTERN", "-h ");
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

  // ---- Tests ----

  @Test
  void testRunsEachBackendByItselfAndSaysHowItWent() throws Exception {
    Path jdk = jdk("25.0.3", "no-space");
    tornadoVmOfThreeBackends();
    noDriver("ptx", "libcuda.so.1: cannot open");
    Path script = checkout();
    executable(
        jdk.resolve("bin/java"),
        """
        #!/bin/sh
        case "$*" in
          *tornado.drivers.opencl*tornado.drivers.cuda*) exit 3 ;;
          *ConsoleLauncher*tornado.drivers.cuda* | *tornado.drivers.cuda*ConsoleLauncher*) exit 1 ;;
        esac
        """);

    Outcome outcome = start(temporary, List.of("bash", script.toString(), "test"));

    assertThat(outcome.exitCode()).as(outcome.error()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("tests on TornadoVM: opencl", "tests on TornadoVM: cuda")
        .endsWith(
            "device tests: opencl passed, cuda FAILED; not run: ptx (libcuda.so.1: cannot open)\n");

    environment.put("TORNADO_GRU_BACKENDS", "opencl");
    outcome = start(temporary, List.of("bash", script.toString(), "test"));
    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    assertThat(outcome.output())
        .endsWith("device tests: opencl passed; not run: ptx, cuda (TORNADO_GRU_BACKENDS)\n");

    outcome = start(temporary, List.of("bash", script.toString(), "test", "--device", "jvm"));
    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    assertThat(outcome.output()).endsWith("device tests: not run (plain JVM asked for)\n");
  }

  /** The script elsewhere, with a Maven that builds nothing: the real build is in use. */
  private Path checkout() throws Exception {
    Path root = Files.createDirectory(temporary.resolve("checkout"));
    Path configs = Files.createDirectory(root.resolve("tornado-configs"));
    for (String file :
        List.of(
            "run.sh", "pom.xml", "tornado-configs/any.args", "tornado-configs/plain-jvm.args")) {
      Files.copy(SCRIPT.resolveSibling(file), root.resolve(file));
    }
    assertThat(configs).isNotEmptyDirectory();
    for (String command : List.of("mkdir", "rm", "cat", "touch")) {
      install(command);
    }
    executable(
        commands.resolve("mvn"),
        """
        #!/bin/sh
        for module in src/jvm src/core src/formats src/app benchmarks; do
          mkdir -p $module/target
          echo libraries >$module/target/test-classpath.txt
        done
        """);
    return root.resolve("run.sh");
  }

  // ---- Bundle ----

  @Test
  @EnabledOnOs(OS.LINUX)
  void bundleSaysWhatItWants() throws Exception {
    jdk("25.0.3");

    assertThat(failure("bundle")).contains("--out FILE.tar.xz");
    assertThat(failure("bundle", "--out")).contains("--out wants a value");
    assertThat(failure("bundle", "--out", "bundle.zip")).contains("--out FILE.tar.xz");
    assertThat(failure("bundle", "--out", "/nonexistent/bundle.tar.xz")).contains("no such folder");
    assertThat(failure("bundle", "--to", "bundle.tar.xz")).contains("bundle knows no --to");
    assertThat(failure("bundle", "--out", "bundle.tar.xz", "--backends", "cuda"))
        .contains("set TORNADOVM_HOME");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void bundleTakesBackendsThatTheSdkHas() throws Exception {
    jdk("25.0.3");
    tornadoVm();

    assertThat(failure("bundle", "--out", "bundle.tar.xz", "--backends", "opencl,cuda"))
        .contains("--backends cuda", "has: opencl");
  }

  // ---- FPGAs ----

  @Test
  void synthesizeSaysWhatItWants() throws Exception {
    jdk("25.0.3");

    assertThat(failure("synthesize")).contains("--out DIR");
    assertThat(failure("synthesize", "--out")).contains("--out wants a directory");
    assertThat(failure("synthesize", "--out", "bits", "bench")).contains("train, evaluate");
    assertThat(failure("synthesize", "--out", "bits", "train")).contains("set TORNADOVM_HOME");
    assertThat(failure("train", "--bitstream")).contains("--bitstream wants the directory");
    assertThat(failure("train", "--bitstream", "bits")).contains("on the plain JVM");
  }

  @Test
  void aBitstreamIsWhatSynthesizeMade() throws Exception {
    jdk("25.0.3", "no-space");
    tornadoVm();
    Path made = Files.createDirectory(temporary.toRealPath().resolve("bits"));

    assertThat(failure("train", "--bitstream", made.toString())).contains("./run.sh synthesize");
    Files.createFile(made.resolve("tasks"));
    Files.createFile(made.resolve("kernels.aocx"));
    assertThat(command("train", "--bitstream", made.toString(), "--epochs", "1"))
        .contains("-Dtornado.precompiled.binary=" + made.resolve("tasks"))
        .endsWith("train", "--epochs", "1");
  }

  // ---- What is installed ----

  private Path jdk(String version) throws IOException {
    return jdk(version, "jdk-" + version);
  }

  /**
   * A JDK as far as the script looks at it. TornadoVM's launcher cannot use one with a space in its
   * path.
   */
  private Path jdk(String version, String name) throws IOException {
    Path parent = jdks;
    if (name.equals("no-space")) {
      parent = temporary;
      environment.merge(
          "TORNADO_GRU_JDKS",
          temporary.resolve(name).toString(),
          (old, added) -> old + ":" + added);
    }
    Path home = Files.createDirectories(parent.resolve(name));
    Files.createDirectory(home.resolve("bin"));
    executable(home.resolve("bin/java"), "");
    executable(home.resolve("bin/javac"), "");
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  /**
   * A TornadoVM SDK as far as the script looks at it, with a space in its path and a launcher that
   * prints options.
   */
  private Path tornadoVm() throws IOException {
    Path sdk = Files.createDirectory(temporary.toRealPath().resolve("tornado vm"));
    for (String directory : List.of("bin", "etc", "share/java/tornado", "share/java/graalJars")) {
      Files.createDirectories(sdk.resolve(directory));
    }
    executable(
        sdk.resolve("bin/tornado"),
        """
        #!/bin/sh
        echo '[WARNING] Mind the gap'
        echo "$JAVA_HOME/bin/java  -Dlauncher=here --module-path .:$TORNADOVM_HOME/share/java/tornado \
        @$TORNADOVM_HOME/etc/exports "
        """);
    Files.writeString(sdk.resolve("etc/tornado.backend"), "tornado.backends=opencl-backend\n");
    Files.createFile(sdk.resolve("share/java/tornado/tornado-api-5.2.0-jdk25.jar"));
    Files.createFile(sdk.resolve("share/java/graalJars/compiler-25.0.2.jar"));
    executable(commands.resolve("python3"), "");
    environment.put("TORNADOVM_HOME", sdk.toString());
    return sdk;
  }

  /** The same with three backends, as TornadoVM's launcher speaks of them. */
  private Path tornadoVmOfThreeBackends() throws IOException {
    Path sdk = tornadoVm();
    Files.writeString(
        sdk.resolve("etc/tornado.backend"),
        "tornado.backends=opencl-backend,ptx-backend,cuda-backend\n");
    for (String backend : List.of("opencl", "ptx", "cuda")) {
      Files.createFile(
          sdk.resolve("share/java/tornado/tornado-drivers-" + backend + "-5.2.0-jdk25.jar"));
    }
    executable(
        sdk.resolve("bin/tornado"),
        """
        #!/bin/sh
        lists=$TORNADOVM_HOME/etc/exportLists
        drivers=tornado.drivers.opencl,tornado.drivers.ptx,tornado.drivers.cuda
        echo '[WARNING] NVIDIA driver is not installed' >&2
        echo "$JAVA_HOME/bin/java --module-path .:$TORNADOVM_HOME/share/java/tornado" \
          "@$lists/opencl-exports @$lists/ptx-exports @$lists/cuda-exports" \
          "--enable-native-access=$drivers --add-modules ALL-SYSTEM,tornado.runtime,$drivers,tornado.cublas"
        """);
    return sdk;
  }

  /** Has the process that tries a backend say what is wrong. */
  private void noDriver(String backend, String reason) throws IOException {
    Path python = commands.resolve("python3");
    String before = Files.readString(python);
    executable(
        python,
        before
            + """
            #!/bin/sh
            if [ "$3" = %s ]; then
              echo 'what a driver prints'
              echo '%s'
              exit 1
            fi
            """
                .formatted(backend, reason));
  }

  private static void executable(Path file, String content) throws IOException {
    Files.writeString(file, content);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Puts a command of this machine on the path. */
  private void install(String command) throws Exception {
    Process process = new ProcessBuilder("bash", "-c", "command -v " + command).start();
    String file = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    executable(commands.resolve(command), "#!/bin/sh\nexec " + file + " \"$@\"\n");
  }

  // ---- What the script does ----

  private Script script() {
    return new Script(temporary, environment, List.of("bash", SCRIPT.toString()));
  }

  private List<String> command(String... arguments) throws Exception {
    return script().command(arguments);
  }

  private String failure(String... arguments) throws Exception {
    return script().failure(arguments);
  }

  private Outcome run(String... arguments) throws Exception {
    return script().show(arguments);
  }

  private Outcome start(Path directory, List<String> command) throws Exception {
    return Outcome.of(directory, environment, command);
  }

  private List<String> words(String line) throws Exception {
    return script().words(line);
  }

  private static String classPath(List<String> command) {
    return command.get(command.indexOf("-cp") + 1);
  }
}
