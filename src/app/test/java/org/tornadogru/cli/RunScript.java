package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code run.sh} on a machine with JDKs and TornadoVM SDKs made of empty files, mostly seen through
 * {@code --show-command}. The environment holds nothing but what a test puts there, so that no
 * installed JDK, SDK or Maven is found.
 */
@Tag("plain-jvm")
@EnabledOnOs({OS.LINUX, OS.MAC})
abstract class RunScript {

  static final Path SCRIPT = Path.of("run.sh").toAbsolutePath();

  final Map<String, String> environment = new HashMap<>();

  @TempDir Path temporary;
  Path jdks;
  Path commands;

  @BeforeEach
  void nothingIsInstalled() throws IOException {
    jdks = Files.createDirectory(temporary.resolve("j d k s"));
    commands = Files.createDirectory(temporary.resolve("commands"));
    environment.put("PATH", commands.toString());
    environment.put("TORNADO_GRU_JDKS", "/nonexistent/*:" + jdks + "/*");
  }

  // ---- What is installed ----

  Path jdk(String version) throws IOException {
    return jdk(version, "jdk-" + version);
  }

  /**
   * A JDK as far as the script looks at it. TornadoVM's launcher cannot use one with a space in its
   * path.
   */
  Path jdk(String version, String name) throws IOException {
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
  Path tornadoVm() throws IOException {
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
  Path tornadoVmOfThreeBackends() throws IOException {
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
  void noDriver(String backend, String reason) throws IOException {
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

  static void executable(Path file, String content) throws IOException {
    Files.writeString(file, content);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Puts a command of this machine on the path. */
  void install(String command) throws Exception {
    Process process = new ProcessBuilder("bash", "-c", "command -v " + command).start();
    String file = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    executable(commands.resolve(command), "#!/bin/sh\nexec " + file + " \"$@\"\n");
  }

  /** The script elsewhere, with a Maven that builds nothing: the real build is in use. */
  Path checkout() throws Exception {
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
        for module in src/jvm src/core src/formats src/series src/cublas src/app benchmarks; do
          mkdir -p $module/target
          echo libraries >$module/target/test-classpath.txt
        done
        """);
    return root.resolve("run.sh");
  }

  // ---- What the script does ----

  Script script() {
    return new Script(temporary, environment, List.of("bash", SCRIPT.toString()));
  }

  List<String> command(String... arguments) throws Exception {
    return script().command(arguments);
  }

  String failure(String... arguments) throws Exception {
    return script().failure(arguments);
  }

  Outcome run(String... arguments) throws Exception {
    return script().show(arguments);
  }

  Outcome start(Path directory, List<String> command) throws Exception {
    return Outcome.of(directory, environment, command);
  }

  List<String> words(String line) throws Exception {
    return script().words(line);
  }

  static String classPath(List<String> command) {
    return command.get(command.indexOf("-cp") + 1);
  }
}
