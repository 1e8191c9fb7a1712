package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.tools.ToolProvider;

/**
 * A program from a text that people read, compiled and run as they would.
 *
 * @param name of its class, which is in no package
 * @param source the whole file
 */
record Program(String name, String source) {

  static Program of(Path file) throws IOException {
    String fileName = file.getFileName().toString();
    return new Program(fileName.replace(".java", ""), Files.readString(file, UTF_8));
  }

  /**
   * Runs its main method.
   *
   * @param directory for its classes
   * @return what it prints
   */
  String run(Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve(name + ".java"), source, UTF_8);
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                complaints,
                "-d",
                directory.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                file.toString());
    assertThat(failed).as(complaints.toString(UTF_8)).isZero();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    Locale locale = Locale.getDefault();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      Method main = loader.loadClass(name).getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      Locale.setDefault(Locale.ROOT);
      System.setOut(new PrintStream(printed, true, UTF_8));
      main.invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(out);
      Locale.setDefault(locale);
    }
    return printed.toString(UTF_8);
  }
}
