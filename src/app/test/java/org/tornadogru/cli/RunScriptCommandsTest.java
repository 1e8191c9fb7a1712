package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What {@code run.sh} starts for commands that are not the program's alone. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class RunScriptCommandsTest extends RunScript {

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
  void scalingHasTheBuildOfPeers() throws Exception {
    jdk("25.0.3");
    List<String> command = command("scaling", "--out", "here");
    assertThat(command)
        .contains("-Dtornado-gru.script=" + SCRIPT)
        .endsWith("org.tornadogru.cli.Main", "scaling", "--out", "here");
    assertThat(classPath(command)).contains("/benchmarks/peers/target/lib/");
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

  // ---- Sweep ----

  @Test
  void sweepNeedsSparkOnlyWhereItHasAMaster() throws Exception {
    jdk("25.0.3");
    List<String> here = command("sweep", "--grid", "hidden=4,8");
    assertThat(classPath(here)).contains("/src/app/target/tornado-gru-app-");
    assertThat(here).noneMatch(word -> word.endsWith("/spark.args"));
    for (List<String> master :
        List.of(List.of("--master", "local[2]"), List.of("--master=local[2]"))) {
      List<String> there = command("sweep", master.getFirst(), master.getLast());
      assertThat(there)
          .contains("@" + SCRIPT.resolveSibling("src/spark/spark.args"))
          .contains("org.tornadogru.cli.Main", "sweep", master.getFirst());
      assertThat(classPath(there))
          .matches(
              ".*/src/spark-app/target/tornado-gru-spark-app-[^:]+\\.jar:.*/tornado-plain-jvm-[^:]+\\.jar:.*/spark-app/target/lib/\\*");
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

  /** Not every machine can download Spark. */
  @Test
  void testTestsSparkWhereMavenCanGetItAndSaysWhereNot() throws Exception {
    jdk("25.0.3");
    Path script = checkout();
    List<String> test = List.of("bash", script.toString(), "test");
    executable(commands.resolve("mvn"), "#!/bin/sh\necho \"mvn $*\"\n");
    assertThat(start(temporary, test).output())
        .contains(" verify ", " -Pspark\n")
        .doesNotContain("Spark: ");

    executable(
        commands.resolve("mvn"),
        """
        #!/bin/sh
        case "$*" in
          *dependency-plugin:get\\ -Dartifact=org.apache.spark:spark-mllib_2.13:[1-9]*) exit 1 ;;
        esac
        echo "mvn $*"
        """);
    assertThat(start(temporary, test).output())
        .contains(" verify ", "\nSpark: not tested (Maven cannot get org.apache.spark:")
        .doesNotContain("-Pspark");
  }

  @Test
  void testWithoutThePlainJvmsTestsBuildsOnlyWhatChanged() throws Exception {
    jdk("25.0.3");
    Path script = checkout();
    Path source = Files.createDirectories(script.resolveSibling("src/core/test")).resolve("A.java");
    Files.writeString(source, "class A {}");
    install("find");
    executable(commands.resolve("mvn"), "#!/bin/sh\necho \"mvn $*\"\n");
    List<String> test = List.of("bash", script.toString(), "test", "-DskipTests");
    assertThat(start(temporary, test).output()).contains(" verify ");

    Outcome again = start(temporary, test);
    assertThat(again.exitCode()).as(again.error()).isZero();
    assertThat(again.output()).isEqualTo("device tests: not run (TORNADOVM_HOME is not set)\n");
    assertThat(start(temporary, test.subList(0, 3)).output()).contains(" verify ");

    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
    assertThat(start(temporary, test).output()).contains(" verify ");
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
}
