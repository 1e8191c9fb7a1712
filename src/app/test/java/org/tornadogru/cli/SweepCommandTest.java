package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings side by side are those of as many trainings. */
@Tag("plain-jvm")
class SweepCommandTest {

  @TempDir private static Path directory;
  private static Path text;
  private static List<String> output;
  private static JsonNode data;

  private static Outcome sweep(String grid, String... more) {
    Stream<String> tiny =
        Stream.of(
            "sweep",
            "--grid=" + grid,
            "--out=" + directory.resolve("out"),
            "--text=" + text,
            "--windows=all",
            "--preset=d2l",
            "--hidden=6",
            "--steps=5",
            "--batch=64",
            "--epochs=2",
            "--vocabulary=chars");
    return Outcome.of(Stream.concat(tiny, Stream.of(more)).toArray(String[]::new));
  }

  @BeforeAll
  static void run() throws IOException {
    text = Files.writeString(directory.resolve("rhyme.txt"), TinyRun.RHYME.repeat(3));
    output = sweep("hidden=4,7,learning-rate=0.5,1e30,2").successful().lines().toList();
    data = new ObjectMapper().readTree(directory.resolve("out/sweep.json").toFile());
  }

  @Test
  void theTableHasEveryCombinationAndTheBestFirst() {
    assertThat(output.getFirst()).contains("rhyme.txt", "6 combinations on ");
    List<String> table = output.subList(output.size() - 9, output.size() - 2);
    assertThat(table.getFirst().split(" {2,}"))
        .containsExactly("hidden", "learning-rate", "train", "validation", "characters/s", "time");
    List<String[]> rows = table.stream().skip(1).map(row -> row.split(" {2,}")).toList();
    assertThat(rows.stream().map(row -> row[0] + " " + row[1]))
        .containsExactlyInAnyOrder("4 0.5", "4 1e30", "4 2", "7 0.5", "7 1e30", "7 2");
    assertThat(rows.stream().skip(4).map(row -> row[1])).containsOnly("1e30");
    assertThat(rows.stream().limit(4).map(row -> Float.valueOf(row[3]))).isSorted();
    assertThat(table.getLast()).contains("failed");
  }

  @Test
  void eachIsWhatTrainWouldBe() throws IOException {
    JsonNode best = data.path("runs").path(0);
    String hidden = best.path("experiment").path("options").path("--hidden").asText();
    String rate = best.path("experiment").path("options").path("--learning-rate").asText();
    TinyRun tiny = new TinyRun(text, directory.resolve("model"));
    tiny.train("--out=" + tiny.model(), "--hidden=" + hidden, "--learning-rate=" + rate)
        .successful();
    List<String> epochs = Files.readAllLines(tiny.model().resolve("metrics.jsonl"), UTF_8);
    JsonNode last = new ObjectMapper().readTree(epochs.getLast());
    assertThat(best.path("run").path("epochs").path(1).path("validationLoss").asDouble())
        .isEqualTo(last.path("validation_loss").asDouble());
    assertThat(data.path("options").path("--epochs").asText()).isEqualTo("2");
  }

  @Test
  void thePageHasTheNumbersAndNeedsNothingElse() throws IOException {
    String page = Files.readString(directory.resolve("out/sweep.html"), UTF_8);
    for (JsonNode each : data.path("runs")) {
      assertThat(page).contains(each.path("experiment").path("name").asText());
      if (each.path("run").isNull()) {
        assertThat(page).contains(each.path("failure").asText());
      } else {
        JsonNode last = each.path("run").path("epochs").path(1);
        assertThat(page)
            .contains(
                String.format(
                    Locale.ROOT,
                    "<td>%.2f</td><td>%.2f</td>",
                    Math.exp(last.path("trainLoss").asDouble()),
                    Math.exp(last.path("validationLoss").asDouble())));
      }
    }
    assertThat(page)
        .contains("<svg ", "--preset d2l", "--vocabulary chars", "--hidden 4 --learning-rate 2")
        .doesNotContainIgnoringCase("http:", "https:", "<link", "@import", "url(")
        .doesNotContainPattern("\\Wnull\\W");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden | as learning-rate=1,2,4,hidden=16,32, not 'hidden'",
        "hidden=4,, | not 'hidden=4,,'",
        "hidden=4,4 | not 'hidden=4,4'",
        "hidden=4,seed=1,hidden=5 | --grid has hidden twice",
        "color=red | color is none",
        "preset=d2l | preset is none",
        "hidden=4,many | --hidden is no number: many",
        "steps=5,5000 | 5000 steps need at least",
      })
  void whatMakesNoSenseIsRefusedBeforeAnythingIsLearned(String grid, String message) {
    sweep(grid).assertRefused(message);
  }

  @Test
  void sparkIsInAnotherProgram() {
    sweep("hidden=4", "--master=local[2]").assertRefused("start with ./run.sh sweep --master");
  }
}
