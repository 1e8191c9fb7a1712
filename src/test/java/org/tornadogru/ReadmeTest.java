package org.tornadogru;

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
import java.util.List;
import java.util.Locale;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that README shows are the files in src/docs, and they do what it says. */
class ReadmeTest {

  @TempDir private Path classes;

  @Test
  void theClassifierLearnsToTellWavesApart() throws Exception {
    String program = shownIn("README.md", "TellWavesApart");
    assertThat(program.lines().count()).isLessThanOrEqualTo(30);
    List<String> lines = run("TellWavesApart").lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lossOf(lines.getFirst())).isGreaterThan(0.6f);
    assertThat(lossOf(lines.getLast())).isLessThan(0.05f);
  }

  @Test
  void theLanguageModelWrites() throws Exception {
    shownIn("README.md", "WriteText");
    assertThat(run("WriteText").strip()).containsPattern("[a-z ]{30,}");
  }

  private static float lossOf(String line) {
    assertThat(line).matches("update \\d+: loss \\d+\\.\\d+");
    return Float.parseFloat(line.substring(line.lastIndexOf(' ') + 1));
  }

  private static Path source(String program) {
    return Path.of("src", "docs", program + ".java");
  }

  private static String shownIn(String page, String program) throws IOException {
    String text = Files.readString(source(program), UTF_8);
    assertThat(Files.readString(Path.of(page), UTF_8)).contains("```java\n" + text + "```");
    return text;
  }

  /** What a program prints. */
  private String run(String program) throws Exception {
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source(program).toString());
    assertThat(failed).isZero();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    Locale locale = Locale.getDefault();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      Method main = loader.loadClass(program).getDeclaredMethod("main", String[].class);
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
