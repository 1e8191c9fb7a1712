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
import java.util.stream.Collectors;

/** A master and workers, as on machines of their own, with devices that a script of each names. */
final class StandaloneCluster implements AutoCloseable {

  private final Path directory;
  private final String master;
  private final List<Process> processes = new ArrayList<>();

  /**
   * A master without workers.
   *
   * @param directory for what processes write
   */
  StandaloneCluster(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    int port = freePort();
    master = "spark://127.0.0.1:" + port;
    java("master", List.of(), "org.apache.spark.deploy.master.Master", "--port", "" + port);
  }

  /**
   * Starts a worker with a core for each of its devices.
   *
   * @param devices addresses of its GPUs
   */
  void addWorker(String name, String... devices) throws IOException {
    java(
        name,
        List.of(
            "-Dspark.worker.resource.gpu.amount=" + devices.length,
            "-Dspark.worker.resource.gpu.discoveryScript=" + discoveryScript(name, devices)),
        "org.apache.spark.deploy.worker.Worker",
        "--cores",
        "" + devices.length,
        "--memory",
        "1g",
        "--work-dir",
        directory.resolve(name).toString(),
        master);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path discoveryScript(String worker, String... devices) throws IOException {
    String addresses =
        List.of(devices).stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
    Path script = directory.resolve(worker + ".sh");
    Files.writeString(
        script,
        "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [%s]}'\n".formatted(addresses),
        UTF_8);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  /**
   * Runs a program on the workers, whose tasks have a device each.
   *
   * @param devicesOfExecutor of them, and as many cores
   * @param main class or source, and arguments
   * @return what it printed, without warnings
   */
  List<String> run(int devicesOfExecutor, String... main) throws Exception {
    Process program =
        java(
            "program",
            List.of(
                "-Dspark.master=" + master,
                "-Dspark.ui.enabled=false",
                "-Dspark.executor.memory=512m",
                "-Dspark.executor.cores=" + devicesOfExecutor,
                "-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path"),
                "-Dspark.executor.extraJavaOptions=-XX:ActiveProcessorCount=1",
                "-Dspark.executor.resource.gpu.amount=" + devicesOfExecutor,
                "-Dspark.task.resource.gpu.amount=1",
                "-Dspark.scheduler.minRegisteredResourcesRatio=1"),
            main);
    assertThat(program.waitFor(8, TimeUnit.MINUTES)).as("ends").isTrue();
    String printed = Files.readString(directory.resolve("program.txt"), UTF_8);
    assertThat(program.exitValue()).as(printed).isZero();
    return printed.lines().filter(line -> !line.contains("WARN")).toList();
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

  @Override
  public void close() {
    Collections.reverse(processes);
    processes.forEach(Process::destroyForcibly);
  }
}
