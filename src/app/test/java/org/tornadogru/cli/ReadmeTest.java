package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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
    List<String> lines = shownInReadme("TellWavesApart").run(directory).lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines).allMatch(line -> line.matches("update \\d+: loss .*"));
    assertThat(numberAtTheEndOf(lines.getFirst())).isGreaterThan(0.6f);
    assertThat(numberAtTheEndOf(lines.getLast())).isLessThan(0.05f);
  }

  @Test
  void anOptimizerOfOnesOwnGoesOnWhereTheLibrarysStopped() throws Exception {
    List<Float> losses =
        shownInReadme("OwnOptimizer")
            .run(directory)
            .lines()
            .map(ReadmeTest::numberAtTheEndOf)
            .toList();
    assertThat(losses).hasSize(3).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(losses.getLast()).isLessThan(0.4f);
  }

  @Test
  void theTrainerStopsInTime() throws Exception {
    List<String> lines = shownInReadme("StopInTime").run(directory).lines().toList();
    assertThat(lines.getLast()).startsWith("NO_BETTER: accuracy ");
    assertThat(numberAtTheEndOf(lines.getLast())).isGreaterThan(0.85f);
    List<String> best = lines.subList(0, lines.size() - 1);
    assertThat(best).allMatch(line -> line.matches("epoch \\d+: loss .*"));
    assertThat(best.stream().map(ReadmeTest::numberAtTheEndOf).toList())
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(best).anyMatch(line -> line.matches("epoch ([6-9]|\\d\\d): .*"));
  }

  @Test
  void theTaggerLearnsFromWhatIsBeforeAndBehind() throws Exception {
    List<String> lines = shownInReadme("TagTokens").run(directory).lines().toList();
    assertThat(lines).hasSize(5).endsWith("5 graphs were compiled");
    assertThat(numberAtTheEndOf(lines.get(3))).isGreaterThan(0.9f);
    assertThat(numberAtTheEndOf(lines.getFirst())).isLessThan(0.8f);
  }

  @Test
  void theLanguageModelWrites() throws Exception {
    String printed = shownInReadme("WriteText").run(directory);
    assertThat(printed.strip()).containsPattern("[a-z ]{30,}");
  }

  @Test
  void theTableIsForecast() throws Exception {
    List<String> lines = shownInReadme("ForecastTable").run(directory).lines().toList();
    assertThat(lines).hasSize(7);
    assertThat(lines.subList(0, 6))
        .allMatch(line -> line.matches("month \\d: \\d+, from \\d+ to \\d+"));
    assertThat(lines.getLast()).startsWith("error ").doesNotContain("NaN");
    double error = Double.parseDouble(lines.getLast().substring(6, lines.getLast().indexOf(',')));
    assertThat(error).isLessThan(2);
  }

  @Test
  void theTranslationShowsTheSameCommands() throws IOException {
    Pattern block = Pattern.compile("```\\n.*?```", Pattern.DOTALL);
    String readme = Files.readString(Path.of("README.md"), UTF_8);
    String translation = Files.readString(Path.of("src", "docs", "README.zh.md"), UTF_8);
    assertThat(block.matcher(translation).results().map(MatchResult::group))
        .hasSizeGreaterThan(3)
        .allSatisfy(shown -> assertThat(readme).contains(shown));
  }

  private static float numberAtTheEndOf(String line) {
    return Float.parseFloat(line.substring(line.lastIndexOf(' ') + 1));
  }

  private static Program shownInReadme(String name) throws IOException {
    Program program = Program.of(Path.of("src", "docs", name + ".java"));
    assertThat(program.source().lines().count()).isLessThanOrEqualTo(50);
    assertThat(Files.readString(Path.of("README.md"), UTF_8))
        .contains("```java\n" + program.source() + "```");
    return program;
  }
}
