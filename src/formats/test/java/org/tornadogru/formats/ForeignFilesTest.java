package org.tornadogru.formats;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.tornadogru.nn.Refusals.assertRefused;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/** Files of other programs that were read as something else; see the README beside them. */
class ForeignFilesTest {

  @TempDir private Path directory;

  private GruModel read(String name) throws IOException {
    return ModelFormat.read(Cases.copied(name, directory));
  }

  // ---- ONNX ----

  @Test
  void aZeroStateSlicedForEachLayerIsNone() throws IOException {
    GruModel model = read("zero_state_sliced_per_layer/model.onnx");
    Sequences x = Sequences.of(Cases.numbers("zero_state_sliced_per_layer/x"));

    assertThat(model.config()).isEqualTo(GruConfig.builder(2, 3).layers(2).build());
    Cases.assertClose(
        Cases.outputs(model, x), Cases.numbers("zero_state_sliced_per_layer/expected"));
    Cases.assertConverts(model, x, directory, ".safetensors", ".onnx", ".keras", ".weights.h5");
  }

  @Test
  void anExportOfOpset7IsRead() throws IOException {
    GruModel model = read("opset7_export/model.onnx");

    assertThat(model.config())
        .isEqualTo(GruConfig.builder(5, 4).layers(2).direction(Direction.BIDIRECTIONAL).build());
    assertThat(model.usage()).isEqualTo(Usage.PLAIN);
    // Its initializers have PyTorch's names and order.
    ModelProto file = ModelProto.parseFrom(Cases.bytes("opset7_export/model.onnx"));
    for (TensorProto tensor : file.getGraph().getInitializerList()) {
      FloatBuffer values =
          tensor.getRawData().asReadOnlyByteBuffer().order(LITTLE_ENDIAN).asFloatBuffer();
      assertThat(model.weights().tensors())
          .contains(
              Tensor.of(
                  tensor.getName().replace("gru.", ""),
                  tensor.getDimsList().stream().map(Long::intValue).toList(),
                  values::get));
    }
  }

  /** ONNX Runtime is the oracle: there are no outputs beside the file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "weights_in_a_second_file/model.onnx",
        "output_activation_lost/linear_sigmoid.onnx",
        "output_activation_lost/sigmoid.onnx",
        "last_step_of_bidirectional/model.onnx",
        "zero_state_sliced_per_layer/model.onnx"
      })
  void onnxRuntimeReturnsTheSame(String name) throws Exception {
    if (name.startsWith("weights")) {
      Cases.copied("weights_in_a_second_file/external.onnx.data", directory);
    }
    Path file = Cases.copied(name, directory);
    GruModel model = ModelFormat.read(file);
    int features = model.config().inputSize();
    Tensor x =
        Tensor.of("x", List.of(4, 2, features), place -> (float) Math.sin(1 + 7 * place) * 2);

    Cases.assertClose(Cases.outputs(model, Sequences.of(x)), OnnxRuntime.first(file, x));
  }

  @Test
  void weightsAreReadFromTheModelsOwnFolderOnly() throws IOException {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    Path model = Cases.copied("weights_in_a_second_file/model.onnx", inner);
    assertRefused(() -> ModelFormat.read(model), "'external.onnx.data', which is not beside");

    Path data = Cases.copied("weights_in_a_second_file/external.onnx.data", directory);
    Path link = Files.createSymbolicLink(inner.resolve("external.onnx.data"), data);
    assertRefused(() -> ModelFormat.read(model), "outside of the model's folder");
    Files.delete(link);

    byte[] bytes = Files.readAllBytes(data);
    Files.write(inner.resolve("external.onnx.data"), Arrays.copyOf(bytes, 400));
    assertRefused(() -> ModelFormat.read(model), "'B' says 96 bytes from 336");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../external.onnx.data", "/etc/passwd", "inner/../../x", ""})
  void weightsOutsideAreRefused(String location) throws IOException {
    ModelProto.Builder model =
        ModelProto.parseFrom(
            Files.readAllBytes(Cases.copied("weights_in_a_second_file/model.onnx", directory)))
            .toBuilder();
    model
        .getGraphBuilder()
        .getInitializerBuilderList()
        .forEach(tensor -> tensor.getExternalDataBuilder(0).setValue(location));
    Path file = directory.resolve("other.onnx");
    Files.write(file, model.build().toByteArray());

    assertRefused(() -> ModelFormat.read(file), "outside of the model's folder");
  }

  @Test
  void anActivationBehindTheGruIsKept() throws IOException {
    GruModel model = read("output_activation_lost/sigmoid.onnx");
    Sequences x = Sequences.of(Cases.numbers("output_activation_lost/x"));

    assertThat(model.usage()).isEqualTo(Usage.PLAIN.withActivation(OutputActivation.SIGMOID));
    Cases.assertClose(Cases.outputs(model, x), Cases.numbers("output_activation_lost/expected"));
    Cases.assertConverts(model, x, directory, ".safetensors", ".onnx", ".keras");
    assertRefused(
        () -> ModelFormat.write(model, directory.resolve("x.weights.h5")),
        ".weights.h5 files cannot say the activation behind it");
  }

  @Test
  void anActivationBehindALinearLayerIsKept() throws IOException {
    GruModel model = read("output_activation_lost/linear_sigmoid.onnx");
    Sequences x = Sequences.of(Cases.numbers("output_activation_lost/x"));

    assertThat(model.weights().outputs()).isEqualTo(2);
    assertThat(model.usage().activation()).isEqualTo(OutputActivation.SIGMOID);
    Cases.assertConverts(model, x, directory, ".safetensors", ".onnx", ".keras");
  }

  @Test
  void theLastStepIsNotTheFinalState() throws IOException {
    GruModel model = read("last_step_of_bidirectional/model.onnx");
    Sequences x = Sequences.of(Cases.numbers("last_step_of_bidirectional/x"));
    Tensor expected = Cases.numbers("last_step_of_bidirectional/expected");

    assertThat(model.usage()).isEqualTo(Usage.PLAIN.withSteps(Usage.Steps.LAST));
    Cases.assertClose(Cases.outputs(model, x), expected);
    Tensor finalState =
        Cases.outputs(model.withUsage(Usage.PLAIN.withSteps(Usage.Steps.FINAL_STATE)), x);
    assertThat(finalState.values()).isNotEqualTo(expected.values());
    Cases.assertConverts(model, x, directory, ".safetensors", ".onnx");
    assertRefused(
        () -> ModelFormat.write(model, directory.resolve("x.keras")),
        "cannot say that of both directions only the last step counts");
  }

  @Test
  void aSecondHeadIsChosenOrRefused() throws IOException {
    Path file = Cases.copied("second_head_dropped/model.onnx", directory);
    UndecidedException undecided =
        catchThrowableOfType(
            UndecidedException.class,
            () -> OnnxProbe.read(Files.readAllBytes(file), ReadOptions.NONE));

    assertThat(undecided)
        .hasMessage("its outputs 'a' and 'c' are of different models: say which one counts");
    assertThat(undecided.choice()).isEqualTo(UndecidedException.Choice.OUTPUT);
    assertThat(ModelFormat.read(file, ReadOptions.NONE.withOutput("a")).weights().outputs())
        .isEqualTo(2);
    assertThat(ModelFormat.read(file, ReadOptions.NONE.withOutput("c")).weights().outputs())
        .isEqualTo(4);
    assertRefused(
        () -> ModelFormat.read(file, ReadOptions.NONE.withOutput("b")),
        "it has no output 'b' but 'a', 'c'");
    assertRefused(
        () -> ModelFormat.read(file, ReadOptions.NONE.withHead("out")),
        "only those in .safetensors may be told");
  }

  // ---- PyTorch ----

  @Test
  void anEmbeddingIsNotTheLinearLayer() throws IOException {
    GruModel model = read("embedding_taken_for_linear/model.safetensors");
    Tensor ids = Cases.numbers("embedding_taken_for_linear/tokens");
    Sequences tokens =
        Sequences.ofOneOfTokens(
            IntStream.range(0, ids.size()).map(place -> (int) ids.at(place)).toArray());

    assertThat(model.config()).isEqualTo(GruConfig.builder(5, 3).embedding(3).build());
    Cases.assertClose(
        Cases.outputs(model, tokens), Cases.numbers("embedding_taken_for_linear/expected_logits"));
    Cases.assertConverts(
        model, tokens, directory, ".safetensors", ".onnx", ".keras", ".weights.h5");
  }

  @Test
  void twoLayersThatMayBeEitherAreRefusedUnlessTold() throws IOException {
    Path given = Cases.copied("embedding_taken_for_linear/model.safetensors", directory);
    Safetensors content = Safetensors.read(given);
    Path neutral = directory.resolve("neutral.safetensors");
    new Safetensors(
            Map.of(),
            content.tensors().stream()
                .map(
                    tensor ->
                        tensor.named(tensor.name().replace("lookup", "b").replace("out", "a")))
                .toList())
        .write(neutral);

    assertRefused(
        () -> ModelFormat.read(neutral),
        "tensor 'a.weight' [5, 3] and 'b.weight' [5, 3] may be the embedding in front of the GRU or the linear layer behind it");
    GruModel right = ModelFormat.read(given);
    assertThat(ModelFormat.read(neutral, ReadOptions.NONE.withEmbedding("b"))).isEqualTo(right);
    assertThat(ModelFormat.read(neutral, ReadOptions.NONE.withHead("a.weight"))).isEqualTo(right);
    assertThat(
            ModelFormat.read(neutral, ReadOptions.NONE.withEmbedding("a").withHead("b"))
                .weights()
                .tensors()
                .getFirst()
                .values())
        .isEqualTo(right.weights().tensors().get(5).values());
    assertRefused(
        () -> ModelFormat.read(neutral, ReadOptions.NONE.withEmbedding("rnn")),
        "it has no layer 'rnn' that may");
  }

  @Test
  void aBiasTellsTheLinearLayer() throws IOException {
    GruModel model = read("embedding_and_biased_linear_refused/model.safetensors");
    Safetensors file = Safetensors.read(directory.resolve("model.safetensors"));

    assertThat(model.config()).isEqualTo(GruConfig.builder(5, 3).embedding(3).build());
    assertThat(model.weights().tensors().getFirst().values())
        .isEqualTo(file.tensors().getFirst().values());
    assertThat(model.weights().tensors().getLast().values())
        .isEqualTo(file.tensors().get(2).values());
  }

  @Test
  void aLinearLayerInFrontIsNoHead() throws IOException {
    Path file = Cases.copied("front_linear_taken_for_head/model.safetensors", directory);
    assertRefused(
        () -> ModelFormat.read(file),
        "tensor 'project.weight' [2, 3] may be the linear layer behind the GRU, or one in front of it");
    assertThat(ModelFormat.read(file, ReadOptions.NONE.withHead("project")).weights().outputs())
        .isEqualTo(2);
  }

  // ---- Keras ----

  @Test
  void aHardSigmoidIsThatOfItsVersion() throws IOException {
    GruModel model = read("keras2_hard_sigmoid/model.keras");
    Tensor x = Cases.numbers("keras2_hard_sigmoid/x");
    Tensor expected = Cases.numbers("keras2_hard_sigmoid/expected_y");

    Tensor actual = Cases.outputs(model, Sequences.ofBatchFirst(x.to3d()));

    Cases.assertClose(
        Tensor.of("y", expected.shape(), place -> actual.get(place / 4 % 5, place / 20, place % 4)),
        expected);
    assertRefused(
        () -> ModelFormat.write(model, directory.resolve("x.keras")),
        "Keras has no activation hard_sigmoid with alpha 0.2");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "keras_2_15_archive/gru.keras, FORWARD, FINAL_STATE",
    "keras_2_15_archive/bidirectional.keras, BIDIRECTIONAL, FINAL_STATE",
    "keras2_h5_said_to_have_no_gru/model.h5, FORWARD, FINAL_STATE",
  })
  void filesOfKeras2AreRead(String name, Direction direction, Usage.Steps steps)
      throws IOException {
    GruModel model = read(name);
    Tensor x = Tensor.of("x", List.of(4, 2, 3), place -> (float) Math.sin(1 + 7 * place));

    assertThat(model.config()).isEqualTo(GruConfig.builder(3, 4).direction(direction).build());
    assertThat(model.usage()).isEqualTo(Usage.PLAIN.withSteps(steps));
    Cases.assertConverts(model, Sequences.of(x), directory, ".safetensors", ".onnx", ".keras");
  }

  @Test
  void maskZeroIsKeptOrSaidToBeLost() throws IOException {
    GruModel model = read("mask_zero_lost_in_conversion/model.keras");
    Tensor ids = Cases.numbers("mask_zero_lost_in_conversion/tokens");
    int[][] batchFirst = new int[2][5];
    for (int place = 0; place < ids.size(); place++) {
      batchFirst[place / 5][place % 5] = (int) ids.at(place);
    }
    Sequences tokens = Sequences.ofTokensBatchFirst(batchFirst);

    assertThat(model.usage().padding()).isEqualTo(OptionalDouble.of(0));
    Cases.assertClose(
        Cases.outputs(model, tokens), Cases.numbers("mask_zero_lost_in_conversion/expected"));
    Cases.assertConverts(model, tokens, directory, ".safetensors", ".keras");
    Path onnx = directory.resolve("x.onnx");
    assertRefused(
        () -> ModelFormat.write(model, onnx), "cannot say that steps of 0.0 do not count");
    assertThat(onnx).doesNotExist();
    assertThat(ModelFormat.writeLossy(model, onnx, false))
        .containsExactly("that steps of 0.0 do not count");
    assertThat(onnx).exists();
  }
}
