package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Weights;
import org.tornadogru.report.BareMachine;
import org.tornadogru.text.Vocabulary;

/** Every command that draws, on machines where that is hard. */
@Tag("plain-jvm")
@EnabledOnOs(OS.LINUX)
class PicturesTest {

  @TempDir private Path temporary;

  @ParameterizedTest(name = "fontconfig installed: {0}")
  @ValueSource(booleans = {true, false})
  void trainDrawsWithoutFonts(boolean hasFontconfig) throws Exception {
    BareMachine machine = BareMachine.assumed(hasFontconfig);
    Path here = Files.createDirectory(temporary.resolve("here"));
    Path there = Files.createDirectory(temporary.resolve("there"));

    run(train(List.of(), here));
    Outcome bare = run(machine.command(train(List.of(), there)));

    assertThat(bare.exitCode()).as(bare.error()).isZero();
    assertThat(bare.error()).doesNotContain("tornado-gru:");
    for (String name : List.of("perplexity.png", "perplexity.svg")) {
      assertThat(there.resolve(name)).isNotEmptyFile();
    }
    assertThat(pixels(there.resolve("perplexity.png")))
        .as("the picture looks as it does where there are fonts")
        .isEqualTo(pixels(here.resolve("perplexity.png")));
  }

  /** The configuration that Java is told of does not exist, so it knows of no font. */
  @Test
  void aPictureThatCannotBeDrawnIsOneLineAndNotTheEnd() throws Exception {
    Path directory = Files.createDirectory(temporary.resolve("out"));

    Outcome outcome = run(train(List.of("-Dsun.awt.fontconfig=/nonexistent"), directory));

    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    assertThat(outcome.error().lines().filter(line -> line.startsWith("tornado-gru:")))
        .singleElement()
        .asString()
        .startsWith("tornado-gru: perplexity.png is missing: ");
    assertThat(outcome.error()).doesNotContain("\tat ");
    assertThat(outcome.output().lines()).anyMatch(line -> line.startsWith("perplexity  train"));
    assertThat(outcome.output().lines().toList().getLast()).startsWith("sample      One");
    assertThat(directory.toFile().list())
        .containsOnly(
            "model.safetensors", "metrics.jsonl", "metrics.csv", "config.json", "checkpoint");
  }

  @Test
  void explainDrawsWithoutFonts() throws Exception {
    Path picture = temporary.resolve("gates.png");

    run(BareMachine.assumed(false).command(java(List.of(), explain(picture)))).successful();

    assertThat(pixels(picture)).isNotEmpty();
  }

  /** A picture is all that was asked for; a page has no text that Java would have to draw. */
  @Test
  void explainSaysThatThereIsNoFont() throws Exception {
    List<String> without = List.of("-Dsun.awt.fontconfig=/nonexistent");
    Path page = temporary.resolve("gates.html");

    Outcome refused = run(java(without, explain(temporary.resolve("gates.png"))));
    run(java(without, explain(page))).successful();

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.error().lines().filter(line -> line.startsWith("tornado-gru:")))
        .singleElement()
        .asString()
        .endsWith("choose .html, which needs no fonts");
    assertThat(refused.error()).doesNotContain("\tat ");
    assertThat(page).isNotEmptyFile();
  }

  private String[] explain(Path out) {
    GruConfig config = GruConfig.ofTokens(28, 4, ResetPlacement.AFTER);
    Path model = temporary.resolve("model.safetensors");
    Weights weights = Weights.initial(config, 28, Initialization.UNIFORM, 1);
    ModelFormat.write(new GruModel(weights, Vocabulary.d2l(), Map.of()), model);
    return new String[] {
      Main.class.getName(), "explain", "--model=" + model, "--text=one for joy", "--out=" + out
    };
  }

  private List<String> train(List<String> javaOptions, Path directory) throws IOException {
    Path text =
        Files.writeString(
            temporary.resolve("rhyme.txt"), "One for sorrow, two for joy. ".repeat(9));
    return java(
        javaOptions,
        Main.class.getName(),
        "--text=" + text,
        "--vocabulary=chars",
        "--windows=all",
        "--hidden=6",
        "--steps=5",
        "--batch=64",
        "--epochs=3",
        "--prompt=One",
        "--out=" + directory);
  }

  private static List<String> java(List<String> options, String... mainAndArguments) {
    return BareMachine.java(options, mainAndArguments);
  }

  private Outcome run(List<String> command) throws Exception {
    return Outcome.of(temporary, command);
  }

  private static int[] pixels(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    int width = image.getWidth();
    return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
  }
}
