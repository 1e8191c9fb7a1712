package org.tornadogru.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A command as people type it, with this JDK and this Maven.
 *
 * @param exitCode of the command
 * @param output what it printed, errors too
 */
record Shell(int exitCode, String output) {

  /** Maven without colours, progress bars, and what the outer Maven has left in the environment. */
  static final String MAVEN =
      "env -u MAVEN_CMD_LINE_ARGS %s/bin/mvn -B -ntp".formatted(System.getProperty("maven.home"));

  static Shell run(Path directory, String command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", command);
    String jdk = System.getProperty("java.home");
    builder.environment().put("JAVA_HOME", jdk);
    builder
        .environment()
        .merge("PATH", jdk + "/bin", (path, bin) -> bin + File.pathSeparator + path);
    Process process = builder.directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Shell(process.waitFor(), output);
  }
}
