package org.tornadogru.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program in src/docs does what it says on a master and two workers, as on machines of their
 * own, each with a device that a script of the worker names.
 */
class DocumentedProgramTest {

  private static final Path PROGRAM = Path.of("src", "docs", "TagOnSpark.java");

  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    Collections.reverse(processes);
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void theTaggerLearnsFromWhatIsBeforeAndBehind() throws Exception {
    assertThat(Files.readAllLines(PROGRAM, UTF_8)).hasSizeLessThanOrEqualTo(50);
    assertThat(Files.readString(Path.of("README.md"), UTF_8))
        .contains("```java\n" + Files.readString(PROGRAM, UTF_8));
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    int port = freePort();
    String master = "spark://127.0.0.1:" + port;
    java("master", List.of(), "org.apache.spark.deploy.master.Master", "--port", "" + port);
    for (String worker : List.of("first", "second")) {
      java(
          worker,
          List.of(
              "-Dspark.worker.resource.gpu.amount=1",
              "-Dspark.worker.resource.gpu.discoveryScript=" + discoveryScript()),
          "org.apache.spark.deploy.worker.Worker",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          directory.resolve(worker).toString(),
          master);
    }
    Process program =
        java(
            "program",
            List.of(
                "-Dspark.master=" + master,
                "-Dspark.ui.enabled=false",
                "-Dspark.executor.memory=512m",
                "-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path"),
                "-Dspark.executor.extraJavaOptions=-XX:ActiveProcessorCount=1",
                "-Dspark.executor.resource.gpu.amount=1",
                "-Dspark.task.resource.gpu.amount=1",
                "-Dspark.scheduler.minRegisteredResourcesRatio=1"),
            PROGRAM.toString());
    assertThat(program.waitFor(8, TimeUnit.MINUTES)).as("ends").isTrue();
    assertThat(program.exitValue()).as(printed("program")).isZero();

    List<String> lines = printed("program").lines().filter(line -> !line.contains("WARN")).toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).matches("2 workers, losses \\[(\\d\\.\\d+(, )?){8}]");
    String accuracy = lines.getLast().replace("accuracy ", "");
    assertThat(Double.parseDouble(accuracy)).isBetween(0.95, 1.0);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path discoveryScript() throws IOException {
    Path script = directory.resolve("devices.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"jvm\"]}'\n", UTF_8);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  /** Starts a JVM with this one's options. */
  private Process java(String name, List<String> options, String... main) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> each.startsWith("--"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(main));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_MASTER_HOST", "127.0.0.1");
    Process process = builder.redirectOutput(directory.resolve(name + ".txt").toFile()).start();
    processes.add(process);
    return process;
  }

  private String printed(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".txt"), UTF_8);
  }
}
