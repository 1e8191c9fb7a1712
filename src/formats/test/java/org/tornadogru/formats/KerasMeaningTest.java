package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Usage;

/** What a model of Keras says is what is read, or it is refused by name. */
@Tag("plain-jvm") // what a file says is the same everywhere
class KerasMeaningTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.KERAS);

  static final Sequences X =
      Sequences.of(
          new float[][][] {
            {{1, 2}, {0, 0}}, {{0, 0}, {3, 0.5f}}, {{0.5f, 0}, {0, 0}}, {{0, 0}, {-1, 1}}
          });

  @TempDir private Path directory;

  private static GruConfig.Builder gru() {
    return GruConfig.builder(2, 3);
  }

  /** One of our files, whose text is changed. */
  static byte[] changed(GruModel model, String part, String... changes) throws IOException {
    Map<String, byte[]> entries = KerasCodecTest.entries(ModelFormat.KERAS.bytes(model));
    String text = new String(entries.get(part), StandardCharsets.UTF_8);
    for (int change = 0; change < changes.length; change += 2) {
      assertThat(text).contains(changes[change]);
      text = text.replace(changes[change], changes[change + 1]);
    }
    entries.put(part, text.getBytes(StandardCharsets.UTF_8));
    return KerasCodecTest.zip(entries);
  }

  static byte[] withLayer(GruModel model, String before, String kind, String config)
      throws IOException {
    String layer =
        "{\"module\":\"keras.layers\",\"class_name\":\"%s\",\"config\":{\"name\":\"new\"%s},\"registered_name\":null},"
            .formatted(kind, config);
    String marker = "{\"module\":\"keras.layers\",\"class_name\":\"" + before + "\"";
    return changed(model, "config.json", marker, layer + marker);
  }

  // ---- Masks ----

  /** Steps with all features 0 are left out, wherever they are. */
  @Test
  void maskingIsComputed() throws IOException {
    GruModel model = Models.random(gru().build(), 2, 1);
    GruModel read = PROBE.read(withLayer(model, "GRU", "Masking", ",\"mask_value\":0.0"));

    assertThat(read.usage().padding()).isEqualTo(OptionalDouble.of(0));
    boolean[][] valid = {{true, false}, {false, true}, {true, false}, {false, true}};
    assertThat(Cases.outputs(read, X).values())
        .isEqualTo(Cases.outputs(model, X.withMask(valid)).values())
        .isNotEqualTo(Cases.outputs(model, X).values());
    Cases.assertConverts(read, X, directory, ".safetensors", ".keras");
  }

  @Test
  void maskingBehindAGruIsRefused() throws IOException {
    GruModel model = Models.random(gru().build(), 2, 1);
    PROBE.assertRefused(
        withLayer(model, "Dense", "Masking", ",\"mask_value\":0.0"),
        "layer 'new' must stand in front of the first GRU");
  }

  /** Keras makes zeros of the masked outputs of two directions, whatever the layers inside say. */
  @Test
  void twoDirectionsGiveZerosAtMaskedSteps() throws IOException {
    GruConfig config = gru().direction(Direction.BIDIRECTIONAL).build();
    byte[] file =
        changed(
            Models.random(config, 0, 1),
            "config.json",
            "\"zero_output_for_mask\":true",
            "\"zero_output_for_mask\":false");
    assertThat(PROBE.read(file).config()).isEqualTo(config);

    GruModel held = Models.random(config.toBuilder().maskedOutput(MaskedOutput.HOLD).build(), 0, 1);
    assertRefused(
        () -> ModelFormat.write(held, directory.resolve("x.keras")),
        "cannot say that outputs are held at masked steps of both directions");
  }

  // ---- Outputs ----

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({"FINAL_STATE, FORWARD", "FINAL_STATE, BIDIRECTIONAL", "LAST, FORWARD"})
  void whatIsGivenOutComesBack(Usage.Steps steps, Direction direction) throws IOException {
    GruConfig config = gru().layers(2).direction(direction).build();
    for (OutputActivation activation : OutputActivation.values()) {
      Usage usage = Usage.PLAIN.withSteps(steps).withActivation(activation).withPadding(0);
      for (int outputs : new int[] {0, 2}) {
        GruModel model = Models.random(config, outputs, 1).withUsage(usage);
        PROBE.assertComesBack(model);
        Cases.assertConverts(model, X, directory, ".keras", ".safetensors");
      }
    }
  }

  @Test
  void aLayerBehindALastOutputIsRefused() throws IOException {
    byte[] file =
        changed(
            Models.random(gru().layers(2).build(), 0, 1),
            "config.json",
            "\"return_sequences\":true",
            "\"return_sequences\":false");
    PROBE.assertRefused(file, "layer 'gru_l1' takes the last output of the layer in front of it");
  }

  @Test
  void aSecondActivationIsRefused() throws IOException {
    GruModel model =
        Models.random(gru().build(), 2, 1)
            .withUsage(Usage.PLAIN.withActivation(OutputActivation.SIGMOID));
    byte[] file =
        changed(
            model,
            "config.json",
            "\"registered_name\":null}]",
            "\"registered_name\":null},{\"class_name\":\"Softmax\",\"config\":{\"name\":\"s\"}}]");
    PROBE.assertRefused(file, "layer 's' has a second activation, 'softmax'");
  }

  // ---- Dense layers ----

  private static GruModel withDense(ActivationFunction... functions) {
    Dense[] layers = new Dense[functions.length];
    Arrays.setAll(layers, layer -> new Dense(4 + layer, functions[layer]));
    return Models.random(gru().direction(Direction.BIDIRECTIONAL).dense(layers).build(), 2, 1);
  }

  @Test
  void denseLayersAreKeptByEveryFormat() throws IOException {
    GruModel model =
        withDense(
                ActivationFunction.of(ActivationFunction.Kind.RELU),
                ActivationFunction.of(ActivationFunction.Kind.AFFINE),
                ActivationFunction.SIGMOID)
            .withUsage(
                Usage.PLAIN
                    .withSteps(Usage.Steps.FINAL_STATE)
                    .withActivation(OutputActivation.SIGMOID));
    PROBE.assertComesBack(model);
    Cases.assertConverts(model, X, directory, ".keras", ".safetensors", ".onnx");
  }

  @Test
  void denseLayersInFrontOfATiedTableAreKept() throws IOException {
    GruConfig config =
        GruConfig.builder(6, 5)
            .embedding(3)
            .tied()
            .dense(new Dense(3, ActivationFunction.TANH))
            .build();
    Sequences tokens = Sequences.ofTokens(new int[][] {{1, 2}, {5, 0}});
    GruModel model = Models.random(config, 6, 1);
    PROBE.assertComesBack(model);
    Cases.assertConverts(model, tokens, directory, ".keras", ".safetensors", ".onnx");
  }

  /** An Activation layer behind a linear Dense is the same; Dropout acts in training alone. */
  @Test
  void layersBetweenDenseLayersAreTheirs() throws IOException {
    ActivationFunction elu = ActivationFunction.of(ActivationFunction.Kind.ELU);
    GruModel model = withDense(elu);
    String marker =
        "{\"module\":\"keras.layers\",\"class_name\":\"Dense\",\"config\":{\"name\":\"logits\"";
    byte[] file =
        changed(
            model,
            "config.json",
            "\"activation\":\"elu\"",
            "\"activation\":\"linear\"",
            marker,
            "{\"class_name\":\"Activation\",\"config\":{\"name\":\"a\",\"activation\":\"elu\"}},"
                + "{\"class_name\":\"Dropout\",\"config\":{\"name\":\"d\",\"rate\":0.5}},"
                + marker);

    GruModel read = PROBE.read(file);

    assertThat(read.weights()).isEqualTo(model.weights());
    assertThat(read.metadata()).containsEntry("dropouts", "0.5 in front of layer logits");
    assertThat(Cases.outputs(read, X)).isEqualTo(Cases.outputs(model, X));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"elu\"    | \"softmax\" | layer 'dense_0' has the activation \"softmax\": only [elu,",
        "\"sigmoid\"}| \"elu\"} | layer 'logits' has the activation 'elu': behind the last layer only softmax",
      })
  void functionsThatDenseLayersDoNotHaveAreNamed(String from, String to, String message)
      throws IOException {
    GruModel model =
        withDense(ActivationFunction.of(ActivationFunction.Kind.ELU))
            .withUsage(Usage.PLAIN.withActivation(OutputActivation.SIGMOID));
    PROBE.assertRefused(changed(model, "config.json", from, to), message);
  }

  @Test
  void anActivationBetweenAGruAndADenseLayerIsRefused() throws IOException {
    PROBE.assertRefused(
        withLayer(
            Models.random(gru().build(), 2, 1), "Dense", "Activation", ",\"activation\":\"tanh\""),
        "layer 'logits' does not stand behind a GRU or another dense layer");
  }

  @Test
  void weightsAloneDoNotSayWhatIsBetweenDenseLayers() throws IOException {
    GruModel model = withDense(ActivationFunction.TANH);
    assertRefused(
        () -> ModelFormat.write(model, directory.resolve("x.weights.h5")),
        "the activations between its dense layers");
    byte[] weights = KerasCodecTest.entries(ModelFormat.KERAS.bytes(model)).get("model.weights.h5");
    new FormatProbe(ModelFormat.KERAS_WEIGHTS)
        .assertRefused(weights, "which activations are between its dense layers");
  }

  /** Two heads, or the state that a layer returns beside its outputs. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[[\"gru_l0\",0,0],[\"logits\",0,0]] | layers [gru_l0, logits]: only that of the last one",
        "[[\"logits\",0,1]]                  | layers [logits output 1]",
      })
  void outputsThatAreNotTheLastLayersAreRefused(String outputs, String message) throws IOException {
    String chain =
        "\"inbound_nodes\":[{\"args\":[{\"class_name\":\"__keras_tensor__\",\"config\":{\"keras_history\":[\"%s\",0,0]}}],\"kwargs\":{}}],\"config\":{\"name\":\"%s\"";
    GruModel model = Models.random(gru().build(), 2, 1);
    String[] functional = {
      "\"class_name\":\"Sequential\"",
      "\"class_name\":\"Functional\"",
      "\"config\":{\"name\":\"gru_l0\"",
      chain.formatted("inputs", "gru_l0"),
      "\"config\":{\"name\":\"logits\"",
      chain.formatted("gru_l0", "logits"),
      "\"config\":{\"name\":\"gru_model\"",
      "\"config\":{\"output_layers\":[[\"logits\",0,0]],\"name\":\"gru_model\""
    };
    assertThat(PROBE.read(changed(model, "config.json", functional)).weights().outputs())
        .isEqualTo(2);
    functional[7] = functional[7].replace("[[\"logits\",0,0]]", outputs);
    PROBE.assertRefused(changed(model, "config.json", functional), message);

    functional[3] = chain.formatted("inputs", "gru_l0");
    functional[5] = chain.formatted("gru_l0", "logits").replace("gru_l0\",0,0", "gru_l0\",0,1");
    PROBE.assertRefused(
        changed(model, "config.json", functional), "layer 'logits' takes [gru_l0 output 1]");
  }

  // ---- Training ----

  @Test
  void dropoutThatNoConfigurationSaysIsNoted() throws IOException {
    GruModel model = Models.random(gru().layers(2).build(), 2, 1);

    GruModel read = PROBE.read(withLayer(model, "Dense", "Dropout", ",\"rate\":0.5"));

    assertThat(read.config()).isEqualTo(model.config());
    assertThat(read.metadata()).containsEntry("dropouts", "0.5 in front of layer logits");
    byte[] stateful = changed(model, "config.json", "\"stateful\":false", "\"stateful\":true");
    assertThat(PROBE.read(stateful).metadata()).containsEntry("stateful", "true");
  }

  // ---- Versions ----

  @ParameterizedTest(name = "{0}")
  @CsvSource({"2.15.0, 0.2", "1.2.0, 0.2", "3.0.0, 0.16666667", "3.10.0, 0.16666667"})
  void aHardSigmoidHasTheSlopeOfItsVersion(String version, float slope) throws IOException {
    ActivationFunction three =
        new ActivationFunction(ActivationFunction.Kind.HARD_SIGMOID, 1 / 6f, 0.5f);
    GruConfig config = gru().activations(three, ActivationFunction.TANH).build();
    GruModel model = Models.random(config, 0, 1);

    GruModel read = PROBE.read(changed(model, "metadata.json", "3.0.0", version));

    assertThat(read.config().gateActivation(0).alpha()).isEqualTo(slope);
    PROBE.assertRefused(
        changed(model, "metadata.json", "3.0.0", "?"),
        "its keras_version is '?', which does not say what hard_sigmoid is");
  }

  /** As {@code model.save("x.h5")} of Keras 2 has it: a Functional model, layers by their names. */
  @Test
  void aWholeModelInHdf5IsRead() throws IOException {
    GruConfig config =
        GruConfig.builder(5, 3)
            .embedding(2)
            .direction(Direction.BIDIRECTIONAL)
            .merge(Merge.SUM)
            .build();
    GruModel model =
        Models.random(config, 2, 1)
            .withUsage(
                Usage.PLAIN
                    .withSteps(Usage.Steps.FINAL_STATE)
                    .withActivation(OutputActivation.SOFTMAX)
                    .withPadding(0));
    Path archive = directory.resolve("model.weights.h5");
    Files.write(
        archive, KerasCodecTest.entries(ModelFormat.KERAS.bytes(model)).get("model.weights.h5"));
    Path file = directory.resolve("x.h5");
    try (HdfFile from = new HdfFile(archive);
        WritableHdfFile to = HdfFile.write(file)) {
      to.putAttribute("keras_version", "2.11.0");
      to.putAttribute("model_config", HDF5_CONFIG);
      WritableGroup all = to.putGroup("model_weights");
      Map<String, String> layers =
          Map.of(
              "embedding/vars", "words/words",
              "bidirectional/forward_layer/cell/vars", "both/both/forward_g/gru_cell_1",
              "bidirectional/backward_layer/cell/vars", "both/both/backward_g/gru_cell_2",
              "dense/vars", "end/end");
      Map<String, WritableGroup> groups = new HashMap<>();
      layers.forEach(
          (path, name) -> {
            WritableGroup group = all;
            String folder = "";
            for (String part : List.of(name.split("/", -1))) {
              folder += "/" + part;
              WritableGroup parent = group;
              group = groups.computeIfAbsent(folder, key -> parent.putGroup(part));
            }
            boolean cell = path.contains("cell");
            List<String> names =
                path.startsWith("embedding")
                    ? List.of("embeddings:0")
                    : cell
                        ? List.of("kernel:0", "recurrent_kernel:0", "bias:0")
                        : List.of("kernel:0", "bias:0");
            for (int place = 0; place < names.size(); place++) {
              group.putDataset(
                  names.get(place),
                  from.getDatasetByPath("/layers/" + path + "/" + place).getData());
            }
          });
    }

    GruModel read = ModelFormat.read(file);

    assertThat(read).isEqualTo(new GruModel(model.weights(), Map.of()).withUsage(model.usage()));
  }

  private static final String HDF5_CONFIG =
      """
      {"class_name": "Model", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"name": "in"}, "name": "in", "inbound_nodes": []},
        {"class_name": "Embedding", "config": {"name": "words", "mask_zero": true}, "name": "words",
          "inbound_nodes": [[["in", 0, 0, {}]]]},
        {"class_name": "Bidirectional", "config": {"name": "both", "merge_mode": "sum",
            "layer": {"class_name": "GRU", "config": {"name": "g", "units": 3, "activation": "tanh",
              "recurrent_activation": "sigmoid", "return_sequences": false, "use_bias": true}}},
          "name": "both", "inbound_nodes": [[["words", 0, 0, {}]]]},
        {"class_name": "Dense", "config": {"name": "end", "activation": "softmax", "use_bias": true},
          "name": "end", "inbound_nodes": [[["both", 0, 0, {}]]]}],
        "input_layers": [["in", 0, 0]], "output_layers": [["end", 0, 0]]}}
      """;

  // ---- Weights alone ----

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "activations, its activations",
    "direction, its direction",
    "dropout, recurrent dropout",
    "usage, which steps it gives out",
    "padding, that steps of 0.0 do not count"
  })
  void weightsAloneSayLess(String what, String loss) {
    GruConfig.Builder builder = gru();
    Usage usage = Usage.PLAIN;
    switch (what) {
      case "activations" ->
          builder.activations(
              ActivationFunction.SIGMOID, ActivationFunction.of(ActivationFunction.Kind.RELU));
      case "direction" -> builder.direction(Direction.REVERSE).keepReversed();
      case "dropout" -> builder.recurrentDropout(0.5f);
      case "usage" -> usage = usage.withSteps(Usage.Steps.FINAL_STATE);
      default -> usage = usage.withPadding(0);
    }
    GruModel plain = Models.random(builder.build(), 0, 1);
    GruModel model = new GruModel(plain.weights(), Map.of()).withUsage(usage);

    assertRefused(
        () -> ModelFormat.write(model, directory.resolve("x.weights.h5")),
        ".weights.h5 files cannot say " + loss);
  }
}
