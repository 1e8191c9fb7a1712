package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.Safetensors;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Vocabulary;

/** {@code convert} and {@code inspect}, as a user gives them, in this process. */
class InterchangeTest {

  private static final Vocabulary VOCABULARY = Vocabulary.ofCharacters("ab é");

  @TempDir private Path directory;
  private Path model;

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void save() throws IOException {
    model = Files.createDirectory(directory.resolve("model"));
    GruConfig config = GruConfig.ofTokens(VOCABULARY.size(), 4, ResetPlacement.AFTER);
    Weights weights = Weights.initial(config, VOCABULARY.size(), Initialization.UNIFORM, 3);
    // Two of the facts that train writes; its clip is that of the gradients.
    ModelFormat.write(
        new GruModel(weights, VOCABULARY, Map.of("epoch", "7", "clip", "1.0")), model);
  }

  @Test
  void aLanguageModelSurvivesTheWayThroughEveryFormat() throws IOException {
    Path before = model;
    for (String name : List.of("a.onnx", "b.keras", "c.safetensors")) {
      Path after = directory.resolve(name);
      Result result = run("convert", before.toString(), after.toString());
      assertThat(result).isEqualTo(new Result(0, "", ""));
      before = after;
    }

    GruModel read = ModelFormat.readLanguageModel(before);
    assertThat(read.vocabulary()).contains(VOCABULARY);
    assertThat(read.metadata()).containsEntry("epoch", "7").containsEntry("clip", "1.0");
    assertThat(read.weights().tensors()).isEqualTo(ModelFormat.read(model).weights().tensors());
  }

  @ParameterizedTest
  @ValueSource(strings = {".onnx", ".keras", ".weights.h5", ".safetensors"})
  void inspectShowsWhatIsInAFile(String ending) {
    Path file = directory.resolve("x" + ending);
    assertThat(run("convert", "--lossy", model.toString(), file.toString()).exitCode).isZero();

    Result result = run("inspect", file.toString());

    assertThat(result.exitCode).isZero();
    assertThat(result.err).isEmpty();
    assertThat(result.out)
        .startsWith(ending + ": ")
        .contains("weight_ih_l0   [12, 5]", "hidden-size", "norm")
        .contains("157 parameters");
  }

  @Test
  void inspectPrintsJson() throws IOException {
    Result result = run("inspect", "--json", model.toString());

    JsonNode json = new ObjectMapper().readTree(result.out);
    assertThat(json.at("/format").asText()).isEqualTo("safetensors");
    assertThat(json.at("/configuration/hidden-size").asInt()).isEqualTo(4);
    assertThat(json.at("/tensors/1/name").asText()).isEqualTo("weight_hh_l0");
    assertThat(json.at("/tensors/1/shape/0").asInt()).isEqualTo(12);
    assertThat(json.at("/metadata/epoch").asText()).isEqualTo("7");
  }

  @Test
  void theContentTellsTheFormatOfAFileWithoutEnding() throws IOException {
    for (ModelFormat format : ModelFormat.values()) {
      Path named = directory.resolve("x" + format.ending());
      Path unnamed = directory.resolve("unnamed");
      run("convert", "--lossy", model.toString(), named.toString());
      Files.copy(named, unnamed, StandardCopyOption.REPLACE_EXISTING);
      assertThat(run("inspect", unnamed.toString()).out).startsWith(format.ending() + ": ");
    }
  }

  @Test
  void lengthsAreForOnnxAlone() {
    Path onnx = directory.resolve("x.onnx");
    assertThat(run("convert", "--lengths", model.toString(), onnx.toString()).exitCode).isZero();
    assertRefused(
        run("convert", "--lengths", model.toString(), directory.resolve("x.keras").toString()),
        "only .onnx files have lengths as an input");
  }

  @Test
  void mistakesAreNamedInOneLine() throws IOException {
    String missing = directory.resolve("missing.onnx").toString();
    assertRefused(run("inspect", missing), "there is no model file " + missing);
    assertRefused(run("convert", missing, directory + "/x.keras"), "there is no model file");
    assertRefused(run("convert", model.toString(), "x.h5"), "x.h5 says no format: let it end in");
    assertRefused(run("convert", model.toString(), directory.toString()), "is a directory");
    assertRefused(run("convert", model.toString()), "'OUT'");
    for (ModelFormat format : ModelFormat.values()) {
      Path file = Files.writeString(directory.resolve("y" + format.ending()), "nonsense", UTF_8);
      assertRefused(run("inspect", file.toString()), file + ": ");
    }
  }

  @Test
  void whatAFormatCannotExpressLeavesTheFileAsItWas() throws IOException {
    GruConfig clipped = GruConfig.builder(2, 3).clip(1).build();
    Path in = directory.resolve("clipped.safetensors");
    ModelFormat.write(new GruModel(Weights.zeros(clipped, 0), Map.of()), in);
    Path out = Files.writeString(directory.resolve("out.keras"), "before", UTF_8);

    assertRefused(run("convert", in.toString(), out.toString()), "Keras' GRU clips nothing");

    assertThat(out).hasContent("before");
  }

  @Test
  void whatAFormatCannotSayIsListed() {
    Path file = directory.resolve("x.weights.h5");
    assertRefused(
        run("convert", model.toString(), file.toString()),
        ".weights.h5 files cannot say that its inputs are tokens, nor its vocabulary, nor its metadata: keep the model as .safetensors, or allow the loss with --lossy");
    assertThat(file).doesNotExist();
    assertThat(run("convert", "--lossy", model.toString(), file.toString()))
        .isEqualTo(
            new Result(
                0,
                "lost: that its inputs are tokens%nlost: its vocabulary%nlost: its metadata%n"
                    .formatted(),
                ""));
  }

  /** Metadata of someone else, of which some have our names. */
  @Test
  void foreignMetadataPassThroughEveryFormat() throws IOException {
    Map<String, String> metadata =
        Map.of(
            "gate_activation", "relu",
            "input", "speech",
            "dropout", "half",
            "merge", "sum",
            "vocabulary", "words",
            "symbols", "[1]",
            "output_activation", "none");
    Weights weights =
        Weights.initial(GruConfig.builder(2, 3).build(), 0, Initialization.UNIFORM, 1);
    Path first = directory.resolve("foreign.safetensors");
    new Safetensors(metadata, weights.tensors()).write(first);
    Path before = first;
    for (String name : List.of("a.onnx", "b.keras", "c.safetensors")) {
      Path after = directory.resolve(name);
      assertThat(run("convert", before.toString(), after.toString()))
          .isEqualTo(new Result(0, "", ""));
      GruModel read = ModelFormat.read(after);
      assertThat(read.metadata()).as(name).isEqualTo(metadata);
      assertThat(read.config()).as(name).isEqualTo(weights.config());
      before = after;
    }
    assertThat(Safetensors.read(before).metadata()).containsAllEntriesOf(metadata);
    assertThat(Safetensors.read(before).tensors()).isEqualTo(weights.tensors());
  }

  @Test
  void whatAFileLeavesOpenIsTold() throws IOException {
    Weights weights =
        Weights.initial(GruConfig.builder(3, 3).build(), 5, Initialization.UNIFORM, 1);
    List<Tensor> tensors = new ArrayList<>(weights.withoutLinearLayer().tensors());
    tensors.add(weights.tensors().get(4).named("a.weight"));
    tensors.add(Tensor.of("b.weight", List.of(5, 3), place -> place));
    Path in = directory.resolve("open.safetensors");
    new Safetensors(Map.of(), tensors).write(in);
    String out = directory.resolve("out.safetensors").toString();

    assertRefused(run("convert", in.toString(), out), "with --embedding NAME or --head NAME");
    assertRefused(run("inspect", in.toString()), "'a.weight' [5, 3] and 'b.weight' [5, 3]");
    assertThat(run("inspect", "--head", "a", in.toString()).exitCode).isZero();
    assertThat(run("convert", "--embedding=b", in.toString(), out).exitCode).isZero();
    assertThat(ModelFormat.read(Path.of(out)).weights().tensors().getFirst().at(4)).isEqualTo(4);
    assertRefused(
        run("convert", "--output=y", in.toString(), out), "has no outputs to choose from");
  }

  @Test
  void whatIsBetweenLinearLayersIsTold() throws IOException {
    Dense dense = new Dense(4, GruProperty.function("f", "leaky_relu 0.2 0.0"));
    Weights weights =
        Weights.initial(
            GruConfig.builder(2, 3).dense(dense, dense).build(), 5, Initialization.UNIFORM, 1);
    Path in = directory.resolve("dense.safetensors");
    List<Tensor> tensors =
        weights.tensors().stream()
            .map(tensor -> tensor.named(tensor.name().replace("dense_1", "linear_1")))
            .toList();
    new Safetensors(Map.of(), tensors).write(in);
    Path out = directory.resolve("out.onnx");

    assertRefused(
        run("convert", in.toString(), out.toString()),
        "of which 0 were told, with --activations NAME,…");
    assertRefused(
        run("convert", "--activations=sine", in.toString(), out.toString()),
        "the activation of a linear layer is none of");
    assertThat(
            run(
                    "convert",
                    "--activations",
                    "leaky_relu 0.2 0.0,leaky_relu 0.2 0.0",
                    in.toString(),
                    out.toString())
                .exitCode)
        .isZero();
    assertThat(ModelFormat.read(out).weights()).isEqualTo(weights);
  }

  @Test
  void anInitialStateIsShown() throws IOException {
    Weights weights =
        Weights.initial(GruConfig.builder(2, 3).build(), 0, Initialization.UNIFORM, 1);
    Usage usage = Usage.PLAIN.withInitialState(Tensor.of("h", List.of(1, 3), place -> place));
    Path file = directory.resolve("state.safetensors");
    ModelFormat.write(new GruModel(weights, Map.of()).withUsage(usage), file);
    assertThat(run("inspect", file.toString()).out).containsPattern("initial-state +\\[1, 3\\]");
    assertRefused(
        run("convert", file.toString(), directory.resolve("x.keras").toString()),
        "cannot say that sequences begin at a state other than zeros");
  }

  private static void assertRefused(Result result, String message) {
    assertThat(result.err).startsWith("tornado-gru: ").contains(message);
    assertThat(result.err.lines()).as("one line").hasSize(1);
    assertThat(result.exitCode).isEqualTo(2);
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }
}
