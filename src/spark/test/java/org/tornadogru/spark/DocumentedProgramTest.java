package org.tornadogru.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in src/docs does on this process's executors what it says. */
class DocumentedProgramTest {

  private static final Path PROGRAM = Path.of("src", "docs", "TagOnSpark.java");

  @TempDir private Path directory;

  @BeforeAll
  static void sparkIsThere() {
    Clusters.session();
  }

  @Test
  void theTaggerLearnsFromWhatIsBeforeAndBehind() throws Exception {
    assertThat(Files.readAllLines(PROGRAM, UTF_8)).hasSizeLessThanOrEqualTo(50);
    List<String> lines = run().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).matches("losses \\[(\\d\\.\\d+(, )?){8}]");
    String accuracy = lines.getLast().replace("accuracy ", "");
    assertThat(Double.parseDouble(accuracy)).isBetween(0.95, 1.0);
  }

  private String run() throws Exception {
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                directory.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PROGRAM.toString());
    assertThat(failed).isZero();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      Method main = loader.loadClass("TagOnSpark").getDeclaredMethod("main", String[].class);
      main.setAccessible(true);
      System.setOut(new PrintStream(printed, true, UTF_8));
      main.invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(out);
    }
    return printed.toString(UTF_8);
  }
}
