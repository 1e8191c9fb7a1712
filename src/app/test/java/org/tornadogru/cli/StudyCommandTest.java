package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.report.Quantity;

/** A study of one epoch each. */
@Tag("plain-jvm")
class StudyCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path out;
  private static String page;

  @TempDir private Path temporary;

  private static Outcome study(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("study", "--quick", "--epochs=1", "--out=" + out));
    arguments.addAll(List.of(more));
    return Outcome.of(arguments.toArray(String[]::new));
  }

  @BeforeAll
  static void run() throws IOException {
    assertThat(study().successful())
        .contains(
            "parts       20, ", " 1/20 ", " 20/20 ", "written to  " + out.resolve("study.html"));
    page = Files.readString(out.resolve("study.html"), UTF_8);
  }

  private static List<Path> parts() throws IOException {
    try (Stream<Path> files = Files.list(out.resolve("data"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static JsonNode found(String name) throws IOException {
    return JSON.readTree(out.resolve("data").resolve(name + ".json").toFile()).path("found");
  }

  private static List<Double> numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asDouble).toList();
  }

  @Test
  void thePageHasEveryPartAndNeedsNothingElse() {
    assertThat(Pattern.compile("<h2>(\\d)\\. ").matcher(page).results().map(part -> part.group(1)))
        .containsExactly("1", "2", "3", "4", "5", "6");
    assertThat(page)
        .contains("n  = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))", "h' = n", "Saturated gates")
        .contains("<code>--hidden</code>", "<code>--learning-rate</code>")
        .contains("<code>--steps</code>", "<code>--batch</code>")
        .contains("reset gate only", "update gate only", "no gates", "6.74", "6.55", "LSTM")
        .doesNotContainIgnoringCase("http:", "https:", "<link", "@import", "url(")
        .doesNotContainPattern("\\W(NaN|Infinity|null)\\W");
    assertThat(
            Pattern.compile("(?:src|srcset|href)=\"([^\"]{5})")
                .matcher(page)
                .results()
                .map(link -> link.group(1)))
        .isNotEmpty()
        .containsOnly("data:");
    assertThat(Pattern.compile("<svg ").matcher(page).results()).hasSize(2 + 5 + 4 + 2 * 3);
  }

  @Test
  void thePageHasTheNumbersOfTheFiles() throws IOException {
    int runs = 0;
    for (Path file : parts()) {
      JsonNode found = JSON.readTree(file.toFile()).path("found");
      if (found.has("epochs")) {
        JsonNode last = found.path("epochs").path(0);
        assertThat(page)
            .as("%s", file)
            .contains(
                String.format(
                    Locale.ROOT,
                    "<td>%.2f</td><td>%.2f</td><td>%,.0f</td><td>%s</td>",
                    Math.exp(last.path("trainLoss").asDouble()),
                    Math.exp(last.path("validationLoss").asDouble()),
                    last.path("targetsPerSecond").asDouble(),
                    Quantity.seconds(found.path("seconds").asDouble())))
            .contains("<dd>" + found.path("sample").asText() + "</dd>");
        runs++;
      } else if (found.has("errorsByLag")) {
        List<Double> byLag = numbers(found.path("errorsByLag"));
        assertThat(page)
            .contains(
                String.format(
                    Locale.ROOT,
                    "<td>%.3f</td><td>%.3f</td><td>%.3f</td>",
                    found.path("errors").path(0).asDouble(),
                    byLag.getFirst(),
                    byLag.getLast()));
      }
    }
    assertThat(runs).isEqualTo(2 + 4 * 2 + 4);
  }

  /** The file says with what options, and the model is left. */
  @Test
  void anAblationIsWhatTrainMakesOfIt() throws IOException {
    JsonNode run = found("gating-update-only");
    List<String> arguments = new ArrayList<>(List.of("train", "--out=" + temporary));
    run.path("experiment")
        .path("options")
        .properties()
        .forEach(option -> arguments.addAll(List.of(option.getKey(), option.getValue().asText())));
    Outcome.of(arguments.toArray(String[]::new)).successful();

    JsonNode trained = JSON.readTree(Files.readString(temporary.resolve("metrics.jsonl")));
    JsonNode epoch = run.path("epochs").path(0);
    assertThat(arguments).contains("--gating", "update-only", "--epochs", "1");
    assertThat(epoch.path("trainLoss").asDouble()).isEqualTo(trained.path("train_loss").asDouble());
    assertThat(epoch.path("validationLoss").asDouble())
        .isEqualTo(trained.path("validation_loss").asDouble());
    assertThat(run.path("gradients")).hasSize(32).allMatch(norm -> norm.asDouble() > 0);
  }

  @Test
  void theGatesAreThoseThatExplainShows() throws IOException {
    JsonNode gates = found("gates");
    StringBuilder sentence = new StringBuilder();
    gates.path("symbols").forEach(symbol -> sentence.append(symbol.asText()));
    Path table = temporary.resolve("gates.csv");
    Outcome.of(
            "explain",
            "--model=" + out.resolve("data").resolve("concise.safetensors"),
            "--text=" + sentence,
            "--out=" + table)
        .successful();

    List<String> lines = Files.readAllLines(table).stream().skip(1).toList();
    List<Double> updates = numbers(gates.path("update"));
    assertThat(sentence.toString()).matches("[a-z ]{60}");
    assertThat(lines).hasSize(60 * 32).hasSameSizeAs(updates);
    for (int place = 0; place < lines.size(); place++) {
      String[] cells = lines.get(place).split(",", -1);
      assertThat(updates.get(place)).isCloseTo(Double.parseDouble(cells[6]), within(1e-6));
    }
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    Map<Path, byte[]> before = new LinkedHashMap<>();
    for (Path part : parts()) {
      before.put(part, Files.readAllBytes(part));
    }
    Path missing = out.resolve("data").resolve("hidden-16.json");
    JsonNode losses = found("hidden-16").path("epochs").path(0).path("trainLoss");
    Files.delete(missing);

    String printed = study().successful();

    assertThat(printed.lines().filter(line -> line.endsWith("; done before")))
        .hasSize(before.size() - 1)
        .noneMatch(line -> line.contains("hidden-16"));
    assertThat(found("hidden-16").path("epochs").path(0).path("trainLoss")).isEqualTo(losses);
    for (Path part : parts()) {
      boolean same = Arrays.equals(Files.readAllBytes(part), before.remove(part));
      assertThat(same).as("%s", part).isNotEqualTo(part.equals(missing));
    }
    assertThat(before).isEmpty();
    page = Files.readString(out.resolve("study.html"), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--epochs=0", "--text=no-such-file", "--kernels=none", "--hidden=5"})
  void whatCannotBeDoneIsRefused(String option) {
    Path other = temporary.resolve("other");
    Outcome outcome = Outcome.of("study", "--quick", "--out=" + other, option);

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.error().lines()).hasSize(1);
    assertThat(other).doesNotExist();
  }

  @Test
  void aTextThatIsTooShortIsRefusedBeforeAnythingIsDone() throws IOException {
    Path text = Files.writeString(temporary.resolve("text.txt"), "one two ".repeat(1_880));
    Path other = temporary.resolve("other");

    Outcome.of("study", "--quick", "--out=" + other, "--text=" + text)
        .assertRefused("the text has 15040 characters but 15000 windows of 64 steps need");
    assertThat(other).doesNotExist();
  }
}
