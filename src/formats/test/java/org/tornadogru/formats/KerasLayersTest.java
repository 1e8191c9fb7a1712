package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.Usage;

/** Layers of Keras that are part of another one here. */
class KerasLayersTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.KERAS);

  @TempDir private Path directory;

  private static GruModel dense(ActivationFunction function) {
    Dense layer = new Dense(4, function);
    return Models.random(GruConfig.builder(2, 3).dense(layer).build(), 2, 1);
  }

  // ---- Functions ----

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ReLU            | \"max_value\":null,\"negative_slope\":0.0,\"threshold\":0.0 | relu",
        "ReLU            | \"negative_slope\":0.25 | leaky_relu 0.25 0.0",
        "LeakyReLU       | \"negative_slope\":0.25 | leaky_relu 0.25 0.0",
        "LeakyReLU       | \"alpha\":0.25          | leaky_relu 0.25 0.0",
        "LeakyReLU       | \"x\":0                 | leaky_relu 0.3 0.0",
        "ELU             | \"alpha\":0.25          | elu 0.25 0.0",
        "ELU             | \"x\":0                 | elu",
        "ThresholdedReLU | \"theta\":0.25          | thresholded_relu 0.25 0.0",
        "Activation      | \"activation\":\"elu\"  | elu",
        "Activation      | \"activation\":{\"class_name\":\"LeakyReLU\",\"config\":{\"alpha\":0.25}} | leaky_relu 0.25 0.0",
      })
  void aFunctionBehindADenseLayerIsItsActivation(String kind, String config, String function)
      throws IOException {
    GruModel expected = dense(GruProperty.function("f", function));
    GruModel linear = dense(ActivationFunction.of(Kind.AFFINE));
    byte[] file =
        KerasMeaningTest.changed(
            linear,
            "config.json",
            "{\"module\":\"keras.layers\",\"class_name\":\"Dense\",\"config\":{\"name\":\"logits\"",
            "{\"class_name\":\"%s\",\"config\":{\"name\":\"f\",%s}},{\"class_name\":\"Dense\",\"config\":{\"name\":\"logits\""
                .formatted(kind, config));

    GruModel read = PROBE.read(file);

    assertThat(read.config()).isEqualTo(expected.config());
    assertThat(Cases.outputs(read, KerasMeaningTest.X))
        .isEqualTo(Cases.outputs(expected, KerasMeaningTest.X));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ReLU  | \"max_value\":6.0       | layer 'new' has the activation",
        "ReLU  | \"threshold\":1.0       | layer 'new' has the activation",
        "ELU   | \"alpha\":\"one\"       | layer 'new' has a alpha that is not a number",
        "PReLU | \"x\":0                 | layer 'new' is a PReLU, which is not supported",
      })
  void otherFunctionsAreNamed(String kind, String config, String message) throws IOException {
    String marker =
        "{\"module\":\"keras.layers\",\"class_name\":\"Dense\",\"config\":{\"name\":\"logits\"";
    byte[] file =
        KerasMeaningTest.changed(
            dense(ActivationFunction.of(Kind.AFFINE)),
            "config.json",
            marker,
            "{\"class_name\":\"%s\",\"config\":{\"name\":\"new\",%s}},".formatted(kind, config)
                + marker);
    PROBE.assertRefused(file, message);
  }

  /** No output is one of ReLU, nor has a GRU such a function in front of a dense layer. */
  @Test
  void aFunctionThatIsNoDenseLayersIsNamed() throws IOException {
    GruModel gru = Models.random(GruConfig.builder(2, 3).build(), 0, 1);
    byte[] end =
        KerasMeaningTest.changed(
            gru,
            "config.json",
            "\"registered_name\":null}]",
            "\"registered_name\":null},{\"class_name\":\"ReLU\",\"config\":{\"name\":\"new\"}}]");
    PROBE.assertRefused(
        end, "layer 'new' has the activation 'ReLU': behind the last layer only softmax");
    byte[] between =
        KerasMeaningTest.withLayer(
            Models.random(GruConfig.builder(2, 3).build(), 2, 1), "Dense", "ReLU", "");
    PROBE.assertRefused(between, "layer 'logits' does not stand behind a GRU or another dense");
  }

  @ParameterizedTest
  @ValueSource(strings = {"leaky_relu 0.25 0.0", "elu 0.5 0.0", "leaky_relu 0.2 0.0", "relu"})
  void functionsWithParametersComeBack(String function) throws IOException {
    GruModel model = dense(GruProperty.function("f", function));
    PROBE.assertComesBack(model);
    Cases.assertConverts(model, KerasMeaningTest.X, directory, ".keras", ".onnx", ".safetensors");
  }

  @Test
  void anIdentityIsPassedOver() throws IOException {
    GruModel model = dense(ActivationFunction.TANH);
    for (String place : List.of("GRU", "Dense")) {
      assertThat(PROBE.read(KerasMeaningTest.withLayer(model, place, "Identity", "")))
          .isEqualTo(model);
    }
  }

  // ---- Directions apart ----

  private static final GruModel BOTH =
      Models.random(GruConfig.builder(2, 3).direction(Direction.BIDIRECTIONAL).build(), 0, 1);

  private static byte[] apart(String... changes) throws IOException {
    String[] all = new String[changes.length + 2];
    all[0] = "\"merge_mode\":\"concat\"";
    all[1] = "\"merge_mode\":null";
    System.arraycopy(changes, 0, all, 2, changes.length);
    return KerasMeaningTest.changed(BOTH, "config.json", all);
  }

  /** The same numbers, of which the file says that they are two arrays. */
  @Test
  void directionsThatAreGivenOutOneByOneAreSideBySide() throws IOException {
    GruModel read = PROBE.read(apart());

    assertThat(read.config()).isEqualTo(BOTH.config());
    assertThat(read.metadata()).containsEntry("merge_mode", "None");
    assertThat(Cases.outputs(read, KerasMeaningTest.X))
        .isEqualTo(Cases.outputs(BOTH, KerasMeaningTest.X));
  }

  @ParameterizedTest
  @CsvSource({"Concatenate, CONCAT", "Add, SUM", "Average, AVERAGE", "Multiply, MULTIPLY"})
  void aLayerBehindThemMergesThem(String kind, Merge merge) throws IOException {
    GruModel read =
        PROBE.read(
            functional(
                "{\"class_name\":\"%s\",\"config\":{\"name\":\"m\"},\"inbound_nodes\":[[[\"gru_l0\",0,0,{}],[\"gru_l0\",0,1,{}]]]}"
                    .formatted(kind),
                "[\"m\",0,0]"));

    GruConfig merged = BOTH.config().toBuilder().merge(merge).build();
    assertThat(read.config()).isEqualTo(merged);
    assertThat(read.metadata()).doesNotContainKey("merge_mode");
    assertThat(read.weights().tensors()).isEqualTo(BOTH.weights().tensors());
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"class_name\":\"Add\",\"config\":{\"name\":\"m\"},\"inbound_nodes\":[[[\"gru_l0\",0,1,{}],[\"gru_l0\",0,0,{}]]] | layer 'm' takes [gru_l0 output 1, gru_l0]",
        "\"class_name\":\"Dense\",\"config\":{\"name\":\"m\"},\"inbound_nodes\":[[[\"gru_l0\",0,0,{}]]] | layer 'm' takes [gru_l0]",
        "\"class_name\":\"Maximum\",\"config\":{\"name\":\"m\"},\"inbound_nodes\":[[[\"gru_l0\",0,0,{}],[\"gru_l0\",0,1,{}]]] | layer 'm' is a Maximum behind a layer whose merge_mode is None",
        "\"class_name\":\"Concatenate\",\"config\":{\"name\":\"m\",\"axis\":1},\"inbound_nodes\":[[[\"gru_l0\",0,0,{}],[\"gru_l0\",0,1,{}]]] | Concatenate of another axis",
      })
  void whatTakesThemOtherwiseIsNamed(String layer, String message) throws IOException {
    PROBE.assertRefused(functional("{" + layer + "}", "[\"m\",0,0]"), message);
  }

  @Test
  void oneDirectionOfTwoIsNoOutput() throws IOException {
    PROBE.assertRefused(
        functional("", "[\"gru_l0\",0,0]"), "its outputs are those of the layers [gru_l0]");
    assertThat(PROBE.read(functional("", "[\"gru_l0\",0,0],[\"gru_l0\",0,1]")).config())
        .isEqualTo(BOTH.config());
  }

  /**
   * A Functional model of both directions apart, another layer if there is one, and its outputs.
   */
  private static byte[] functional(String layer, String outputs) throws IOException {
    return apart(
        "\"class_name\":\"Sequential\"",
        "\"class_name\":\"Functional\"",
        "{\"module\":\"keras.layers\",\"class_name\":\"Bidirectional\",",
        "{\"inbound_nodes\":[[[\"inputs\",0,0,{}]]],\"class_name\":\"Bidirectional\",",
        "\"registered_name\":null}]",
        "\"registered_name\":null}" + (layer.isEmpty() ? "" : ",") + layer + "]",
        "\"config\":{\"name\":\"gru_model\"",
        "\"config\":{\"output_layers\":[" + outputs + "],\"name\":\"gru_model\"");
  }

  // ---- Weights alone ----

  @Test
  void whatIsBetweenDenseLayersIsTold() throws IOException {
    ActivationFunction function = new ActivationFunction(Kind.ELU, 0.5f, 0);
    GruModel model = new GruModel(dense(function).weights(), Map.of());
    Path file = directory.resolve("x.weights.h5");
    ModelFormat.writeLossy(model, file, false);

    assertThat(ModelFormat.read(file, ReadOptions.NONE.withActivations(List.of(function))))
        .isEqualTo(model.withUsage(Usage.PLAIN));
    UndecidedException undecided =
        catchThrowableOfType(
            UndecidedException.class,
            () -> new FormatProbe(ModelFormat.KERAS_WEIGHTS).read(Files.readAllBytes(file)));
    assertThat(undecided.choice()).isEqualTo(UndecidedException.Choice.ACTIVATIONS);
    assertRefused(
        () -> ModelFormat.read(file, ReadOptions.NONE.withActivations(List.of(function, function))),
        "of which 2 were told");
    Path archive = directory.resolve("x.keras");
    ModelFormat.write(model, archive);
    assertRefused(
        () -> ModelFormat.read(archive, ReadOptions.NONE.withActivations(List.of(function))),
        "a model in .keras says itself what is between its layers");
  }
}
