package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.RandomLayers;
import org.tornadogru.oracle.ReferenceLayer;

class KerasCodecTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.KERAS);

  private static final ObjectMapper JSON = new ObjectMapper();

  // ---- Files that Keras wrote ----

  @ParameterizedTest
  @ValueSource(strings = {"plain", "before", "stack", "functional"})
  void modelsOfKerasReturnWhatKerasReturns(String name) throws IOException {
    assertSameOutputs(PROBE.read(file(name + ".keras")), name);
  }

  @Test
  void configurationsAreThoseOfKeras() throws IOException {
    GruConfig hold = GruConfig.builder(3, 5).maskedOutput(MaskedOutput.HOLD).build();
    assertThat(PROBE.read(file("plain.keras")).config()).isEqualTo(hold);
    assertThat(PROBE.read(file("before.keras")).config())
        .isEqualTo(
            GruConfig.builder(3, 4)
                .direction(Direction.REVERSE)
                .keepReversed()
                .reset(ResetPlacement.BEFORE)
                .biases(Biases.ONE)
                .activations(
                    new ActivationFunction(ActivationFunction.Kind.HARD_SIGMOID, 1 / 6f, 0.5f),
                    ActivationFunction.of(ActivationFunction.Kind.RELU))
                .inputDropout(0.2f)
                .maskedOutput(MaskedOutput.HOLD)
                .build());
    assertThat(PROBE.read(file("stack.keras")).config())
        .isEqualTo(
            GruConfig.builder(6, 3)
                .embedding(2)
                .layers(2)
                .direction(Direction.BIDIRECTIONAL)
                .dropout(0.25f)
                .build());
    assertThat(PROBE.read(file("functional.keras")).config())
        .isEqualTo(
            GruConfig.builder(2, 3)
                .layers(2)
                .direction(Direction.BIDIRECTIONAL)
                .merge(Merge.AVERAGE)
                .biases(Biases.NONE)
                .build());
  }

  @Test
  void weightsAloneAreEnoughForUsualModels() throws IOException {
    byte[] plain = file("plain.weights.h5");
    byte[] stack = entries(file("stack.keras")).get("model.weights.h5");
    assertSameOutputs(ModelFormat.KERAS_WEIGHTS.parse(plain), "plain");
    assertSameOutputs(ModelFormat.KERAS_WEIGHTS.parse(stack), "stack");
  }

  // ---- Our own ----

  static Stream<GruConfig> configs() {
    return RandomLayers.cases()
        .map(RandomLayers.Case::config)
        .map(
            config ->
                config.toBuilder()
                    .gating(Gating.FULL)
                    .clip(Float.POSITIVE_INFINITY)
                    .biases(
                        config.biases() == Biases.NONE
                            ? Biases.NONE
                            : config.reset() == ResetPlacement.AFTER ? Biases.TWO : Biases.ONE)
                    .activations(
                        List.of(ActivationFunction.SIGMOID),
                        config.candidateActivations().stream()
                            .map(each -> function(each.kind()))
                            .toList())
                    .dense(
                        config.dense().stream()
                            .map(each -> new Dense(each.size(), function(each.activation().kind())))
                            .toArray(Dense[]::new))
                    .merge(
                        config.direction() == Direction.BIDIRECTIONAL
                            ? config.merge()
                            : Merge.CONCAT)
                    .build())
        .filter(config -> config.direction() != Direction.REVERSE || config.keepReversed())
        .filter(
            config ->
                config.direction() != Direction.BIDIRECTIONAL
                    || config.maskedOutput() == MaskedOutput.ZERO)
        .limit(100);
  }

  private static ActivationFunction function(ActivationFunction.Kind kind) {
    return switch (kind) {
      case SCALED_TANH, HARD_SIGMOID, THRESHOLDED_RELU, LEAKY_RELU -> ActivationFunction.TANH;
      default -> ActivationFunction.of(kind);
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("configs")
  void everyConfigurationThatKerasHasComesBack(GruConfig config) throws IOException {
    int outputs = config.tied() ? config.inputSize() : config.hiddenSize() % 3;
    PROBE.assertComesBack(Models.random(config, outputs, 1));
  }

  @Test
  void aMissingOrSuperfluousBiasChangesNothing() throws IOException {
    GruConfig two = GruConfig.builder(2, 3).reset(ResetPlacement.BEFORE).build();
    GruConfig one = GruConfig.builder(2, 3).biases(Biases.ONE).build();
    LayerInput x = LayerInput.of(new double[][][] {{{1, 2}}, {{3, -4}}});
    for (GruConfig config : List.of(one, two)) {
      GruModel model = Models.random(config, 0, 1);
      GruModel read = PROBE.read(ModelFormat.KERAS.bytes(model));
      forward(read, x).assertEquals(config, forward(model, x), 1e-6);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"clip, clips nothing", "gating, has both gates", "reverse, goes backwards reversed"})
  void whatKerasCannotExpressIsRefused(String what, String message) {
    GruConfig.Builder builder = GruConfig.builder(2, 3);
    switch (what) {
      case "clip" -> builder.clip(1);
      case "gating" -> builder.gating(Gating.NONE);
      default -> builder.direction(Direction.REVERSE);
    }
    GruModel model = Models.random(builder.build(), 0, 1);

    assertRefused(() -> ModelFormat.KERAS.bytes(model), message);
  }

  // ---- What is refused ----

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"class_name\": \"GRU\"       | \"class_name\": \"LSTM\"   | layer 'gru' is a LSTM, which is not supported",
        "\"activation\": \"tanh\"      | \"activation\": \"gelu\"   | has the activation \"gelu\"",
        "\"units\": 5                  | \"units\": 6               | has kernels of shapes [3, 15] and [5, 15]",
        "\"reset_after\": true         | \"reset_after\": false     | array 'layers/gru/cell/vars/2' has shape [2, 15]",
        "\"class_name\": \"Sequential\" | \"class_name\": \"Mine\"  | only Sequential and Functional",
        "\"module\"                    | \"modu                     | its config.json is not JSON",
      })
  void whatAConfigurationHasWrongIsNamed(String from, String to, String message)
      throws IOException {
    Map<String, byte[]> entries = entries(file("plain.keras"));
    String config = new String(entries.get("config.json"), StandardCharsets.UTF_8);
    assertThat(config).contains(from);
    entries.put("config.json", config.replace(from, to).getBytes(StandardCharsets.UTF_8));

    PROBE.assertRefused(zip(entries), message);
  }

  @Test
  void aMissingPartIsNamed() throws IOException {
    for (String name : List.of("config.json", "model.weights.h5")) {
      Map<String, byte[]> entries = entries(file("plain.keras"));
      entries.remove(name);
      PROBE.assertRefused(zip(entries), "it has no " + name);
    }
    PROBE.assertRefused(new byte[100], "it has no config.json");
  }

  @Test
  void aZipBombIsRefusedBeforeItUnfolds() throws IOException {
    for (String name : List.of("config.json", "assets/x")) {
      Map<String, byte[]> entries = entries(file("plain.keras"));
      entries.put(name, new byte[50_000_000]);
      PROBE.assertRefused(zip(entries), "larger when unpacked than a model");
    }
  }

  private static void assertSameOutputs(GruModel model, String name) throws IOException {
    JsonNode expected = JSON.readTree(file(name + ".json"));
    GruConfig config = model.config();
    JsonNode sequences = expected.get("x");
    int steps = sequences.get(0).size();
    double[][][] x = new double[steps][sequences.size()][config.inputSize()];
    for (int n = 0; n < sequences.size(); n++) {
      for (int t = 0; t < steps; t++) {
        JsonNode step = sequences.get(n).get(t);
        for (int i = 0; i < config.inputSize(); i++) {
          x[t][n][i] =
              config.input() == InputKind.TOKENS
                  ? step.asInt() == i ? 1 : 0
                  : step.get(i).asDouble();
        }
      }
    }
    LayerInput input = LayerInput.of(x);
    double[][][] actual =
        model.weights().outputs() > 0
            ? new ReferenceLayer(config).scores(tensors(model), input, LayerLoss.Head.EACH_STEP)
            : forward(model, input).y();
    double[][][] y = new double[steps][sequences.size()][];
    for (int n = 0; n < sequences.size(); n++) {
      for (int t = 0; t < steps; t++) {
        JsonNode row = expected.get("y").get(n).get(t);
        y[t][n] = IntStream.range(0, row.size()).mapToDouble(j -> row.get(j).asDouble()).toArray();
      }
    }
    LayerOutput.assertEquals(name, actual, y, 2e-6);
  }

  private static LayerOutput forward(GruModel model, LayerInput input) {
    return new ReferenceLayer(model.config()).forward(tensors(model), input);
  }

  private static Map<String, double[]> tensors(GruModel model) {
    return ReferenceLayer.byName(model.weights().tensors());
  }

  static byte[] file(String name) throws IOException {
    try (InputStream in = KerasCodecTest.class.getResourceAsStream("keras/" + name)) {
      return in.readAllBytes();
    }
  }

  static Map<String, byte[]> entries(byte[] archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
