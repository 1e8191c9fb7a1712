package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.Metadata;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.RandomLayers;
import org.tornadogru.text.Vocabulary;

class PyTorchCodecTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.SAFETENSORS);

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.RandomLayers#cases")
  void everyConfigurationComesBack(RandomLayers.Case layer) throws IOException {
    PROBE.assertComesBack(Models.of(layer));
  }

  /** The names and shapes of PyTorch, with nothing that only this library knows. */
  @ParameterizedTest(name = "{0} layers, {1}, biases {2}, prefix {3}")
  @CsvSource({
    "1, FORWARD, TWO, ''",
    "2, BIDIRECTIONAL, TWO, rnn.",
    "3, BIDIRECTIONAL, NONE, model.gru.",
    "2, FORWARD, NONE, gru.",
  })
  void aStateDictionaryNeedsNoMetadata(
      int layers, Direction direction, Biases biases, String prefix) throws IOException {
    GruConfig config =
        GruConfig.builder(5, 3).layers(layers).direction(direction).biases(biases).build();
    GruModel model = Models.random(config, 4, 2);
    List<Tensor> tensors =
        model.weights().tensors().stream()
            .map(
                tensor ->
                    tensor.named(
                        tensor.name().startsWith("linear.")
                            ? tensor.name().replace("linear", "head.fc")
                            : prefix + tensor.name()))
            .toList();

    GruModel read =
        PROBE.read(SafetensorsTest.bytes(new Safetensors(Map.of("layers", "x"), tensors)));

    assertThat(read.config()).isEqualTo(config);
    assertThat(read.metadata()).containsExactly(Map.entry("layers", "x"));
    FormatProbe.assertSameTensors(read, model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dense_0.weight", "dense_0.bias", "dense_1.weight", "linear.weight"})
  void aMissingPartOfADenseLayerIsNamed(String missing) throws IOException {
    Dense layer = new Dense(4, ActivationFunction.TANH);
    GruModel model = Models.random(GruConfig.builder(2, 3).dense(layer, layer).build(), 2, 3);
    List<Tensor> tensors = new ArrayList<>(model.weights().tensors());
    tensors.removeIf(tensor -> tensor.name().equals(missing));
    PROBE.assertRefused(
        SafetensorsTest.bytes(new Safetensors(Metadata.text(model), tensors)),
        "tensor " + missing + " is missing");
  }

  @Test
  void aDenseLayerThatOurMetadataDoNotNameIsRefused() throws IOException {
    Dense layer = new Dense(4, ActivationFunction.TANH);
    GruModel model = Models.random(GruConfig.builder(2, 3).dense(layer).build(), 2, 3);
    Map<String, String> silent = Metadata.text(model);
    silent.keySet().removeIf(key -> key.endsWith(".dense"));
    assertRefused(silent, model.weights().tensors(), "'dense_0.weight' has shape [");
  }

  @Test
  void anEmbeddingStaysATable() throws IOException {
    GruModel dense = Models.random(GruConfig.builder(2, 3).build(), 0, 3);
    float[] rows = {1, 2, 3, 4, -1, 0.5f, 0, 7};
    List<Tensor> tensors = new ArrayList<>(dense.weights().tensors());
    tensors.add(new Tensor("model.lookup.weight", List.of(4, 2), rows));

    GruModel read = PROBE.read(SafetensorsTest.bytes(new Safetensors(Map.of(), tensors)));

    assertThat(read.config()).isEqualTo(GruConfig.builder(4, 3).embedding(2).build());
    assertThat(read.weights().tensors().getFirst())
        .isEqualTo(new Tensor("embedding.weight", List.of(4, 2), rows));
    assertThat(read.weights().tensors().subList(1, 5)).isEqualTo(dense.weights().tensors());
  }

  /** PyTorch's dictionary has a tied tensor twice; those who drop one say so, or leave its bias. */
  @ParameterizedTest(name = "without {0}, {1}")
  @CsvSource({
    "'', ''",
    "decoder.weight, ''",
    "emb.weight, emb.weight",
    "decoder.weight, decoder.weight"
  })
  void aTiedLayerIsReadFromEitherName(String left, String alias) throws IOException {
    GruModel model = Models.random(GruConfig.builder(5, 3).embedding(3).tied().build(), 5, 3);
    List<Tensor> tensors = new ArrayList<>();
    model
        .weights()
        .tensors()
        .forEach(
            t ->
                tensors.add(
                    t.named(t.name().replace("linear", "decoder").replace("embedding", "emb"))));
    tensors.add(tensors.getFirst().named("decoder.weight"));
    tensors.removeIf(tensor -> tensor.name().equals(left));
    String kept = left.equals("emb.weight") ? "decoder.weight" : "emb.weight";
    Map<String, String> metadata = alias.isEmpty() ? Map.of() : Map.of(alias, kept);

    GruModel read = PROBE.read(SafetensorsTest.bytes(new Safetensors(metadata, tensors)));

    assertThat(read.config()).isEqualTo(model.config());
    FormatProbe.assertSameTensors(read, model);
    assertThat(Safetensors.parse(FileBytes.of(ModelFormat.SAFETENSORS.bytes(read))).tensors())
        .contains(model.weights().tensors().getFirst())
        .contains(model.weights().tensors().getFirst().named("linear.weight"));
  }

  @Test
  void aTableThatIsNotTheTiedWeightIsRefused() throws IOException {
    GruModel model = Models.random(GruConfig.builder(5, 3).embedding(3).tied().build(), 5, 3);
    List<Tensor> tensors = new ArrayList<>(model.weights().tensors());
    assertThat(PROBE.read(SafetensorsTest.bytes(new Safetensors(Metadata.text(model), tensors))))
        .isEqualTo(model);
    tensors.add(Tensor.of("linear.weight", List.of(5, 3), place -> place));
    assertRefused(Metadata.text(model), tensors, "linear.weight is the embedding's table, but");
  }

  @Test
  void aKeyOfALaterVersionIsRefused() throws IOException {
    GruModel model = Models.random(GruConfig.builder(5, 3).build(), 0, 3);
    Map<String, String> metadata = new HashMap<>(Metadata.text(model));
    metadata.put("tornado_gru.attention", "heads");
    assertRefused(metadata, model.weights().tensors(), "'tornado_gru.attention' is unknown");
  }

  @ParameterizedTest
  @EnumSource(ModelFormat.class)
  void everyFormatKeepsTables(ModelFormat format) throws IOException {
    for (boolean tied : new boolean[] {false, true}) {
      GruConfig.Builder builder = GruConfig.builder(5, 3).embedding(tied ? 3 : 2);
      GruConfig config = tied ? builder.tied().build() : builder.build();
      GruModel model = new GruModel(Models.random(config, 5, 3).weights(), Map.of());

      GruModel read = format.parse(format.bytes(model));

      assertThat(read).isEqualTo(model);
      Sequences tokens = Sequences.ofTokens(new int[][] {{1, 4}, {0, 3}, {2, 2}});
      assertThat(Cases.outputs(read, tokens).values())
          .isEqualTo(Cases.outputs(model, tokens).values());
    }
  }

  @Test
  void aLinearLayerWithoutBiasHasABiasOfZeros() throws IOException {
    GruModel model = Models.random(GruConfig.builder(2, 3).build(), 0, 3);
    List<Tensor> tensors = new ArrayList<>(model.weights().tensors());
    tensors.add(new Tensor("decoder.weight", List.of(1, 3), new float[] {1, 2, 3}));

    GruModel read = PROBE.read(SafetensorsTest.bytes(new Safetensors(Map.of(), tensors)));

    assertThat(read.weights().outputs()).isEqualTo(1);
    assertThat(read.weights().tensors().getLast().values()).containsExactly(0f);
  }

  @Test
  void aLanguageModelKeepsItsVocabulary() throws IOException {
    Vocabulary vocabulary = Vocabulary.ofCharacters("aé\n\"");
    GruConfig config = GruConfig.ofTokens(vocabulary.size(), 4, ResetPlacement.BEFORE);
    GruModel model = Models.random(config, vocabulary.size(), 5);
    ModelFormat.write(new GruModel(model.weights(), vocabulary, Map.of("epoch", "3")), directory);

    Path copy = directory.resolve("copy.safetensors");
    GruModel read = ModelFormat.read(directory);
    ModelFormat.write(read, copy);

    assertThat(read.config().input()).isEqualTo(InputKind.TOKENS);
    assertThat(read.vocabulary()).contains(vocabulary);
    assertThat(read.metadata()).containsExactly(Map.entry("epoch", "3"));
    assertThat(copy).hasSameBinaryContentAs(directory.resolve(ModelFormat.FILE_NAME));
  }

  @Test
  void otherTypesOfNumbersBecomeFloats() {
    ByteBuffer values = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    values.putDouble(-0.1).putShort(Float.floatToFloat16(1.5f)).putShort((short) 0x4049);
    String header =
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[8,10]},\"c\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[10,12]}}";
    ByteBuffer file = ByteBuffer.allocate(8 + header.length() + 12).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8)).put(values.array());

    List<Tensor> tensors = Safetensors.parse(FileBytes.of(file.array())).tensors();

    assertThat(tensors.get(0).values()).containsExactly(-0.1f);
    assertThat(tensors.get(1).values()).containsExactly(1.5f);
    assertThat(tensors.get(2).values()).containsExactly(3.140625f);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "rnn2.weight_ih_l0 | 9x5 | two recurrent networks",
        "weight_ih_l2      | 9x3 | weight_hh_l1 is missing",
        "conv.weight       | 2   | belongs neither to a GRU",
        "conv.bias         | 2   | belongs neither to a GRU",
        "fc.weight         | 2x7 | neither the linear layer behind the GRU, [outputs, 3]",
        "weight_ih_l0_reverse | 9x5 | weight_hh_l0_reverse is missing",
      })
  void whatDoesNotBelongIsNamed(String name, String shape, String message) throws IOException {
    GruModel model = Models.random(GruConfig.builder(5, 3).build(), 0, 3);
    List<Tensor> tensors = new ArrayList<>(model.weights().tensors());
    tensors.add(zeros(name, shape));

    assertRefused(Map.of(), tensors, message);
  }

  @Test
  void anLstmIsNamed() throws IOException {
    assertRefused(
        Map.of(),
        List.of(zeros("weight_ih_l0", "12x5"), zeros("weight_hh_l0", "12x3")),
        "that of an LSTM");
    assertRefused(Map.of(), List.of(zeros("a", "3")), "not a GRU of PyTorch");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_size     | 4              | its tensors have 3 hidden units",
        "merge           | xor            | its metadata merge is none of",
        "activation_clip            | -1             | must be positive",
        "activation_clip            | x              | its metadata activation_clip is not a number",
        "gate_activation | relu 1         | not a function, alpha and beta",
        "gate_activation | relu 1 NaN     | give finite numbers",
        "keep_reversed   | true           | only a single layer of direction REVERSE",
      })
  void impossibleMetadataIsNamed(String key, String value, String message) throws IOException {
    GruModel model = Models.random(GruConfig.builder(5, 3).build(), 0, 3);
    Map<String, String> metadata = new HashMap<>(Metadata.text(model));
    metadata.put("tornado_gru." + key, value);

    assertRefused(metadata, model.weights().tensors(), message);
  }

  private static void assertRefused(
      Map<String, String> metadata, List<Tensor> tensors, String message) throws IOException {
    PROBE.assertRefused(SafetensorsTest.bytes(new Safetensors(metadata, tensors)), message);
  }

  static Tensor zeros(String name, String shape) {
    List<Integer> sizes = Stream.of(shape.split("x")).map(Integer::valueOf).toList();
    return new Tensor(name, sizes, new float[sizes.stream().reduce(1, (a, b) -> a * b)]);
  }
}
