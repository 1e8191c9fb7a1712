package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The programs that README shows are the files in src/docs, and they do what it says. */
@Tag("sources")
@DisabledIf(
    value = "org.tornadogru.device.DeviceTests#areQuick",
    disabledReason = "the plain JVM has run the same programs")
class ReadmeTest {

  @TempDir private Path directory;

  @Test
  void theClassifierLearnsToTellWavesApart() throws Exception {
    Program program = shownInReadme("TellWavesApart");
    assertThat(program.source().lines().count()).isLessThanOrEqualTo(30);
    List<String> lines = program.run(directory).lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lossOf(lines.getFirst())).isGreaterThan(0.6f);
    assertThat(lossOf(lines.getLast())).isLessThan(0.05f);
  }

  @Test
  void theLanguageModelWrites() throws Exception {
    String printed = shownInReadme("WriteText").run(directory);
    assertThat(printed.strip()).containsPattern("[a-z ]{30,}");
  }

  private static float lossOf(String line) {
    assertThat(line).matches("update \\d+: loss \\d+\\.\\d+");
    return Float.parseFloat(line.substring(line.lastIndexOf(' ') + 1));
  }

  private static Program shownInReadme(String name) throws IOException {
    Program program = Program.of(Path.of("src", "docs", name + ".java"));
    assertThat(Files.readString(Path.of("README.md"), UTF_8))
        .contains("```java\n" + program.source() + "```");
    return program;
  }
}
