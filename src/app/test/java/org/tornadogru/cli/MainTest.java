package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.ResetPlacement;

/** What the commands do, as a user gives them, in this process. */
class MainTest {

  @TempDir private static Path shared;
  private static TinyRun tiny;
  private static Path text;
  private static Path model;

  @TempDir private Path temporary;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyRun.in(shared);
    text = tiny.text();
    model = tiny.model();
  }

  @Test
  void trainLeavesModelMeasurementsAndCurves() throws IOException {
    assertThat(model.toFile().list())
        .containsExactlyInAnyOrder(
            "model.safetensors",
            "metrics.jsonl",
            "metrics.csv",
            "perplexity.png",
            "perplexity.svg",
            "config.json",
            "checkpoint");
    GruModel trained = ModelFormat.read(model);
    assertThat(trained.config().hiddenSize()).isEqualTo(6);
    assertThat(trained.config().reset()).isEqualTo(ResetPlacement.AFTER);
    assertThat(trained.metadata())
        .contains(
            Map.entry("epoch", "2"), Map.entry("steps", "5"), Map.entry("corpus", "rhyme.txt"));
    assertThat(Files.readAllLines(model.resolve("metrics.jsonl"))).hasSize(2);
  }

  @Test
  void trainSaysWhatItDoesAndHowItEnded() {
    Outcome result = tiny.train("--out=" + temporary, "--prompt=three");

    assertThat(result.output().lines())
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("text").contains("rhyme.txt", "chars", "all windows"),
            line -> assertThat(line).startsWith("model").contains("6 hidden units", "reset after"),
            line -> assertThat(line).startsWith("training").contains("2 epochs", "seed 0"),
            line -> assertThat(line).startsWith("device"),
            line -> assertThat(line).startsWith("kernels"),
            line -> assertThat(line).startsWith("output").contains(temporary.toString()),
            line -> assertThat(line).startsWith("perplexity").contains("train", "validation"),
            line -> assertThat(line).startsWith("time").contains("to the device"),
            line -> assertThat(line).startsWith("sample      three").hasSize(12 + 5 + 50));
    assertThat(result.error()).contains("epoch 1/2", "epoch 2/2", "characters/s");
  }

  @Test
  void kernelsAreChosenByName() {
    assertThat(tiny.train("--out=" + temporary, "--kernels=annotated").output())
        .containsPattern("kernels +annotated");
    Outcome unknown = tiny.train("--out=" + temporary, "--kernels=fast");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.error().lines()).hasSize(1).allMatch(line -> line.contains("annotated"));
  }

  @Test
  void optionsAloneAreThoseOfTrain() {
    String[] arguments = tiny.arguments("--out=" + temporary, "--epochs=1");

    assertThat(Outcome.of(Arrays.copyOfRange(arguments, 1, arguments.length)).output())
        .contains("1 epochs");
  }

  @Test
  void explicitOptionsWinOverPresets() {
    tiny.train("--out=" + temporary, "--scratch", "--reset=after");

    GruModel trained = ModelFormat.read(temporary);
    assertThat(trained.config().reset()).isEqualTo(ResetPlacement.AFTER);
    assertThat(trained.metadata()).containsEntry("initialization", "normal");
  }

  @Tag("plain-jvm")
  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    Path other = temporary.resolve("other");
    tiny.train("--out=" + temporary);
    tiny.train("--out=" + other, "--seed=1");

    assertThat(temporary.resolve("model.safetensors"))
        .hasSameBinaryContentAs(model.resolve("model.safetensors"));
    assertThat(
            Files.mismatch(other.resolve("model.safetensors"), model.resolve("model.safetensors")))
        .isNotNegative();
  }

  @Test
  void generatePrintsNothingButTheText() {
    Outcome greedy = Outcome.of("generate", "--model=" + model, "--prompt=One", "--length=20");
    Outcome sampled =
        Outcome.of(
            "generate", "--model=" + model, "--prompt=One", "--length=20", "--temperature=2");
    Outcome again =
        Outcome.of(
            "generate", "--model=" + model, "--prompt=One", "--length=20", "--temperature=2");

    for (Outcome result : List.of(greedy, sampled)) {
      assertThat(result.exitCode()).isZero();
      assertThat(result.output()).startsWith("One").endsWith("\n").hasSize(3 + 20 + 1);
      assertThat(result.error()).isEmpty();
    }
    assertThat(again.output()).isEqualTo(sampled.output()).isNotEqualTo(greedy.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--embedding=4", "--embedding=6 --tie"})
  void aModelWithATableTrainsAndWrites(String options) throws IOException {
    List<String> all = new ArrayList<>(List.of(options.split(" ", -1)));
    boolean tied = all.contains("--tie");
    all.add("--out=" + temporary);
    Outcome trained = tiny.train(all.toArray(String[]::new));
    assertThat(trained.error()).doesNotContain("tornado-gru:");
    assertThat(trained.output()).contains(tied ? "tied embedding of 6" : "embedding of 4");

    GruModel written = ModelFormat.read(temporary);
    assertThat(written.config().embeddingSize()).isEqualTo(tied ? 6 : 4);
    String inspected = Outcome.of("inspect", temporary.toString()).output();
    assertThat(inspected).contains("embedding.weight").containsPattern("tied +" + tied);
    assertThat(inspected.contains("linear.weight")).isNotEqualTo(tied);
    assertThat(Files.readString(temporary.resolve("config.json")))
        .containsPattern("--tie\" : \"" + tied);
    assertThat(
            Outcome.of("generate", "--model=" + temporary, "--prompt=One", "--length=20").output())
        .startsWith("One")
        .hasSize(3 + 20 + 1);
    assertThat(Outcome.of("evaluate", "--model=" + temporary, "--text=" + text).output())
        .startsWith("loss ");
  }

  @Test
  void evaluatePrintsLossAndPerplexity() {
    Outcome result = Outcome.of("evaluate", "--model=" + model, "--text=" + text);

    assertThat(result.exitCode()).isZero();
    assertThat(result.output())
        .matches(
            "loss \\d\\.\\d{4}  perplexity \\d+\\.\\d{3}  \\d\\.\\d{3} bits  \\(%d characters\\)\n"
                .formatted(3 * TinyRun.RHYME.length() - 1));
  }

  @Test
  void evaluateTakesATextWithCharactersThatTrainingLacked() throws IOException {
    Path other =
        Files.writeString(temporary.resolve("other"), TinyRun.RHYME + "1é" + TinyRun.RHYME);

    Outcome result = Outcome.of("evaluate", "--model=" + model, "--text=" + other);

    assertThat(result.exitCode()).isZero();
    assertThat(result.output())
        .startsWith("loss ")
        .contains("(%d characters)".formatted(2 * TinyRun.RHYME.length() + 1));
  }

  @Test
  void devicesMarksTheDefaultOne() {
    Outcome result = Outcome.of("devices");

    assertThat(result.exitCode()).isZero();
    assertThat(result.output().lines().filter(line -> line.startsWith("*"))).hasSize(1);
  }

  @Tag("plain-jvm")
  @Test
  void withoutTornadoVmDevicesSaysHowToGetIt() {
    assertThat(Outcome.of("devices").output()).contains("jvm", "TORNADOVM_HOME");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "train --help",
        "generate --help",
        "evaluate -h",
        "devices -h",
        "convert --help",
        "inspect --help",
        "bench --help",
        "test --help",
        "--version",
        "completion"
      })
  void helpGoesToStandardOutput(String arguments) {
    Outcome result = Outcome.of(arguments.split(" "));

    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).isNotBlank();
    assertThat(result.error()).isEmpty();
  }

  @Test
  void helpAndCompletionHaveEveryCommandOfTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"), UTF_8);
    List<String> commands =
        Pattern.compile("(?m)^\\| `([a-z]+)[^`]*` \\|")
            .matcher(
                readme.substring(readme.indexOf("## Commands"), readme.indexOf("## What is in")))
            .results()
            .map(row -> row.group(1))
            .toList();

    assertThat(commands).contains("train", "compare", "test");
    assertThat(Outcome.of("--help").output()).contains(commands);
    assertThat(Outcome.of("completion").output()).contains(commands);
  }
}
