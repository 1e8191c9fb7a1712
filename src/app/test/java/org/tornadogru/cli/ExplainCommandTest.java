package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.text.Vocabulary;

@Tag("plain-jvm")
class ExplainCommandTest {

  private static final Vocabulary LETTERS = Vocabulary.ofCharacters("abc, \"<>&");
  private static final String TEXT = "a \"cab\" & <b>, a";

  private static final GruConfig CONFIG =
      GruConfig.builder(LETTERS.size(), 4)
          .tokens()
          .hiddenSizes(5, 3)
          .direction(Direction.BIDIRECTIONAL)
          .build();

  @TempDir private static Path shared;
  private static Path model;
  private static Weights weights;

  @TempDir private Path temporary;

  /** Weights far from zero, so that gates are open, shut and in between. */
  @BeforeAll
  static void write() {
    Weights small = Weights.initial(CONFIG, LETTERS.size(), Initialization.UNIFORM, 4);
    weights =
        Weights.of(
            CONFIG,
            LETTERS.size(),
            small.tensors().stream()
                .map(
                    tensor ->
                        Tensor.of(tensor.name(), tensor.shape(), place -> 6 * tensor.at(place)))
                .toList());
    model = shared.resolve("model.safetensors");
    ModelFormat.write(new GruModel(weights, LETTERS, Map.of()), model);
  }

  private Outcome explain(Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("explain", "--model=" + model, "--text=" + TEXT, "--out=" + out));
    arguments.addAll(List.of(more));
    return Outcome.of(arguments.toArray(String[]::new));
  }

  /** A line of the table. */
  private record Line(
      int layer, String direction, int position, String symbol, int unit, List<Double> values) {

    static Line of(String line) {
      String[] before = line.split(",", 4);
      int quoted = before[3].lastIndexOf('"');
      String[] behind = before[3].substring(quoted + 2).split(",", -1);
      return new Line(
          Integer.parseInt(before[0]),
          before[1],
          Integer.parseInt(before[2]),
          before[3].substring(1, quoted).replace("\"\"", "\""),
          Integer.parseInt(behind[0]),
          IntStream.range(1, 5).mapToObj(i -> Double.valueOf(behind[i])).toList());
    }
  }

  private List<Line> table(String... more) throws IOException {
    Path out = temporary.resolve("gates.csv");
    explain(out, more).successful();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.getFirst())
        .isEqualTo("layer,direction,position,symbol,unit,reset,update,candidate,state");
    return lines.stream().skip(1).map(Line::of).toList();
  }

  private static double[][][][][] reference() {
    return new ReferenceLayer(CONFIG)
        .gates(
            ReferenceLayer.byName(weights.withoutLinearLayer().tensors()),
            LayerInput.ofRow(LETTERS.encode(TEXT), LETTERS.size()));
  }

  @Test
  void theTableHasWhatTheReferenceComputes() throws IOException {
    double[][][][][] expected = reference();
    List<Line> lines = table();

    assertThat(lines).hasSize(TEXT.length() * 2 * (5 + 3));
    assertThat(lines).extracting(Line::direction).contains("forward", "reverse");
    for (Line line : lines) {
      assertThat(line.symbol()).isEqualTo(LETTERS.symbol(LETTERS.encode(TEXT)[line.position()]));
      int walk = 2 * line.layer() + (line.direction().equals("reverse") ? 1 : 0);
      for (int gate = 0; gate < 4; gate++) {
        assertThat(line.values().get(gate))
            .as("%s, gate %d", line, gate)
            .isCloseTo(expected[walk][gate][line.position()][0][line.unit()], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"--layer=1, , 6", "--direction=reverse, , 8", "--layer=0, --direction=forward, 5"})
  void aPartOfTheModelIsAskedFor(String first, String second, int units) throws IOException {
    List<Line> lines = second == null ? table(first) : table(first, second);

    assertThat(lines).hasSize(TEXT.length() * units);
    assertThat(lines)
        .allMatch(line -> !first.contains("reverse") || line.direction().equals("reverse"))
        .allMatch(line -> !first.contains("layer") || first.endsWith("=" + line.layer()));
  }

  @Test
  void thePageHasEveryWalkAndNeedsNothingElse() throws IOException {
    Path out = temporary.resolve("gates.html");
    String printed = explain(out).successful();
    String page = Files.readString(out, UTF_8);

    assertThat(printed)
        .contains("layer 1, reverse, z: ", " below 0.1, ", "written to " + out)
        .contains("layer 0, forward, r: ");
    assertThat(page)
        .contains("layer 0, forward", "layer 0, reverse", "layer 1, forward", "layer 1, reverse")
        .contains("n  = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))")
        .contains("“a &quot;cab&quot; &amp; &lt;b&gt;, a”")
        .doesNotContain("<b>")
        .doesNotContainIgnoringCase("http:", "https:", "<link", "@import", "url(", "</b>");
    assertThat(matches("(?:src|srcset|href)=\"([^\"]{5})", page))
        .hasSize(4 * 3 * 2 * 2) // walks, maps, with its legend, light and dark
        .containsOnly("data:");
  }

  /** What the pointer shows is in the table too, and units are sorted by their mean update gate. */
  @Test
  void thePageHasTheValuesOfTheTable() throws IOException {
    Path out = temporary.resolve("gates.html");
    explain(out, "--layer=0", "--direction=forward").successful();
    String page = Files.readString(out, UTF_8);
    byte[] bytes = Base64.getDecoder().decode(matches("data-values=\"([^\"]+)\"", page).getFirst());
    FloatBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    double[] meanUpdate = new double[5];
    for (Line line : table("--layer=0", "--direction=forward")) {
      meanUpdate[line.unit()] += line.values().get(1) / TEXT.length();
      for (int gate = 0; gate < 4; gate++) {
        int place = (gate * TEXT.length() + line.position()) * 5 + line.unit();
        assertThat((double) values.get(place)).isCloseTo(line.values().get(gate), within(1e-6));
      }
    }

    int[] units =
        Arrays.stream(matches("data-units=\"([^\"]+)\"", page).getFirst().split(" "))
            .mapToInt(Integer::parseInt)
            .toArray();
    assertThat(units).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(Arrays.stream(units).mapToDouble(unit -> -meanUpdate[unit]).toArray()).isSorted();
  }

  @Test
  void thePictureHasAMapForEachGateAndTheState() throws IOException {
    Path out = temporary.resolve("gates.png");
    explain(out).successful();
    BufferedImage all = ImageIO.read(out.toFile());
    explain(out, "--layer=1", "--direction=forward").successful();
    BufferedImage one = ImageIO.read(out.toFile());

    assertThat(all.getHeight()).isGreaterThan(3 * one.getHeight());
    long colors =
        Arrays.stream(one.getRGB(0, 0, one.getWidth(), one.getHeight(), null, 0, one.getWidth()))
            .distinct()
            .count();
    assertThat(colors).isGreaterThan(50);
  }

  @Test
  void aSequenceOfVectorsIsReadFromAFile() throws IOException {
    GruConfig config = GruConfig.builder(2, 3).build();
    Weights dense = Weights.initial(config, 0, Initialization.UNIFORM, 9);
    Path file = temporary.resolve("dense.safetensors");
    ModelFormat.write(new GruModel(dense, Map.of()), file);
    Path vectors = Files.writeString(temporary.resolve("x.csv"), "1,0.5\n-0.25,2\n0,1\n");
    Path out = temporary.resolve("gates.csv");

    Outcome.of("explain", "--model=" + file, "--sequence=" + vectors, "--out=" + out).successful();

    double[][][] x = {{{1, 0.5}}, {{-0.25, 2}}, {{0, 1}}};
    double[][][][][] expected =
        new ReferenceLayer(config).gates(ReferenceLayer.byName(dense.tensors()), LayerInput.of(x));
    List<Line> lines = Files.readAllLines(out).stream().skip(1).map(Line::of).toList();
    assertThat(lines).hasSize(9);
    for (Line line : lines) {
      assertThat(line.values().get(3))
          .isCloseTo(expected[0][3][line.position()][0][line.unit()], within(1e-5));
    }

    Files.writeString(vectors, "1,0.5\n1,2,3\n");
    Outcome.of("explain", "--model=" + file, "--sequence=" + vectors, "--out=" + out)
        .assertRefused("line 2 has 3 numbers but the model has 2 inputs");
    Files.writeString(vectors, "time,level\n");
    Outcome.of("explain", "--model=" + file, "--sequence=" + vectors, "--out=" + out)
        .assertRefused("line 1: expected numbers with commas between them but found time,level");
    Outcome.of("explain", "--model=" + model, "--sequence=" + vectors, "--out=" + out)
        .assertRefused("reads tokens: give it a --text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gates.txt", "gates", ".html/gates"})
  void anEndingTellsTheFormat(String name) {
    explain(temporary.resolve(name)).assertRefused("give a file that ends in one of .html, .png");
  }

  @ParameterizedTest
  @CsvSource({
    "--layer=2, 'which are 0 to 1'",
    "--layer=-1, 'which are 0 to 1'",
    "--text=, '--text is empty'",
    "--sequence=x.csv, '--text and --sequence exclude each other'",
    "--direction=up, 'expected forward or reverse or bidirectional'"
  })
  void whatIsNotThereIsALine(String option, String message) {
    explain(temporary.resolve("gates.html"), option).assertRefused(message);
  }

  @Test
  void moreThanAnybodyCouldLookAtIsRefusedButForTheTable() throws IOException {
    String text = "--text=" + "ab ".repeat(2000);
    explain(temporary.resolve("gates.html"), text).assertRefused("6,000 steps are too many");
    assertThat(table(text, "--layer=1", "--direction=reverse")).hasSize(3 * 6000);
  }

  private static List<String> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }
}
