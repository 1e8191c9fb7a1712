package org.tornadogru.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.train.EpochMetrics;

@Tag("plain-jvm")
class PartsTest {

  private static final Map<String, String> ASKED = Map.of("--seed", "3");

  @TempDir private Path directory;

  private static TextRun run() {
    return new TextRun(
        new Experiment("one", Map.of("--hidden", "8")),
        List.of(
            new EpochMetrics(1, 2.5, Double.NaN, 1, 300, 4, 5),
            new EpochMetrics(2, 1.1, 2.25, 1, 100, 4, 5),
            new EpochMetrics(3, 1.0, 2.0, 1, 110, 4, 5)),
        77,
        1.0 / 3,
        "a \"b\" <c>",
        List.of(0.5, 1e-12));
  }

  @Test
  void whatWasKeptIsFound() {
    Parts parts = new Parts(directory);
    assertThat(parts.found("one", ASKED, TextRun.class)).isEmpty();

    assertThat(parts.keep("one", ASKED, run())).isEqualTo(run());

    assertThat(parts.found("one", ASKED, TextRun.class)).contains(run());
    assertThat(parts.found("two", ASKED, TextRun.class)).isEmpty();
    assertThat(run().charactersPerSecond()).isEqualTo(110);
  }

  @Test
  void whatWasAskedOtherwiseOrIsDamagedIsDoneAgain() throws IOException {
    Parts parts = new Parts(directory);
    parts.keep("one", ASKED, run());
    assertThat(parts.found("one", Map.of("--seed", "4"), TextRun.class)).isEmpty();
    assertThat(parts.found("one", ASKED, Recall.class)).isEmpty();

    Path file = parts.file("one", ".json");
    String text = Files.readString(file);
    for (int length : new int[] {0, text.length() / 2, text.length() - 2}) {
      Files.writeString(file, text.substring(0, length));
      assertThat(parts.found("one", ASKED, TextRun.class)).isEmpty();
    }
  }
}
