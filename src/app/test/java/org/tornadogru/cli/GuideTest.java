package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What the guide says can be done, and what it points at is there. */
@Tag("sources")
@DisabledIf(
    value = "org.tornadogru.device.DeviceTests#areQuick",
    disabledReason = "the plain JVM has run the same programs")
class GuideTest {

  private static final Path GUIDE = Path.of("src", "docs", "GUIDE.md");

  @TempDir private Path directory;

  @Test
  void theTrainingLoopLearns() throws Exception {
    List<String> lines = shown("HalveTheRate").run(directory).lines().toList();
    assertThat(lines).hasSizeGreaterThan(3).allMatch(line -> line.matches("learning rate .*"));
    String last = lines.getLast();
    assertThat(Float.parseFloat(last.substring(last.lastIndexOf(' ')))).isLessThan(0.2f);
  }

  @Test
  void theGraphGoesOnFromItsState() throws Exception {
    assertThat(shown("UpdateGate").run(directory).lines())
        .containsExactly("h1 = 8.0 5.0 2.0", "h2 = 8.0 6.5 2.0");
  }

  @Test
  void everyFileIsThere() throws IOException {
    assertThat(Pattern.compile("`(src/[^`]*)`").matcher(guide()).results())
        .hasSizeGreaterThan(5)
        .allSatisfy(path -> assertThat(Path.of(path.group(1))).exists());
    assertThat(Pattern.compile("`(\\w+Test)`").matcher(guide()).results())
        .allSatisfy(
            test ->
                assertThat(Path.of("src"))
                    .isDirectoryRecursivelyContaining("glob:**/" + test.group(1) + ".java"));
  }

  private static Program shown(String name) throws IOException {
    String program =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(guide())
            .results()
            .map(snippet -> snippet.group(1))
            .filter(snippet -> snippet.contains("\nclass " + name + " {"))
            .findFirst()
            .orElseThrow();
    return new Program(name, program);
  }

  private static String guide() throws IOException {
    return Files.readString(GUIDE, UTF_8);
  }
}
