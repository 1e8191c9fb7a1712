package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.Refusals;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.oracle.OnnxModel;

/** What a graph says is what its model computes, or it is refused by name. */
@Tag("plain-jvm") // what a file says is the same everywhere
class OnnxMeaningTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.ONNX);

  @TempDir private Path directory;

  private static float value(int place) {
    return (31 * place % 97 - 48) / 96f;
  }

  private static float[] values(int size) {
    float[] values = new float[size];
    for (int place = 0; place < size; place++) {
      values[place] = value(place);
    }
    return values;
  }

  /** X [T][4][2] and weights of GRUs of 3 units; W2 is for a second layer. */
  private static OnnxModel model(int walks) {
    return new OnnxModel("m")
        .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
        .constant("W", values(walks * 18), walks, 9, 2)
        .constant("R", values(walks * 27), walks, 9, 3)
        .constant("W2", values(walks * walks * 27), walks, 9, 3L * walks)
        .constant("head", values(6 * walks), 3L * walks, 2)
        .constant("zero", 0L)
        .constant("one", 1L)
        .constant("last", -1L);
  }

  private static OnnxModel gru(OnnxModel model, String x, String w, String y, String h) {
    return model.node(
        "GRU",
        List.of(x, w, "R"),
        List.of(y, h),
        Map.of("linear_before_reset", 1, "hidden_size", 3));
  }

  private static byte[] ofOpset(OnnxModel model, long opset) throws IOException {
    return ModelProto.parseFrom(model.toByteArray()).toBuilder()
        .clearOpsetImport()
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .build()
        .toByteArray();
  }

  private void assertAsOnnxRuntime(OnnxModel model, GruModel read) throws Exception {
    Path file = Files.write(directory.resolve("m.onnx"), model.toByteArray());
    Tensor x = Tensor.of("x", List.of(7, 4, 2), OnnxMeaningTest::value);
    Cases.assertClose(Cases.outputs(read, Sequences.of(x)), OnnxRuntime.first(file, x));
  }

  // ---- Versions ----

  @ParameterizedTest
  @ValueSource(longs = {7, 12, 13, 22})
  void operatorsOfManyVersionsAreRead(long opset) throws IOException {
    OnnxModel model = gru(model(1), "X", "W", "Y", "H");

    assertThat(PROBE.read(ofOpset(model.output("Y", TensorProto.DataType.FLOAT), opset)).config())
        .isEqualTo(GruConfig.builder(2, 3).biases(Biases.NONE).build());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 6, 26})
  void operatorsOfOtherVersionsAreRefused(long opset) throws IOException {
    OnnxModel model = gru(model(1), "X", "W", "Y", "H");

    PROBE.assertRefused(
        ofOpset(model.output("Y", TensorProto.DataType.FLOAT), opset),
        "it has operators of opset " + opset + ": those of 7 to 25 are read");
  }

  /** Its axis was 1 once, and all dimensions from there on were one. */
  @Test
  void theAxisOfASoftmaxIsThatOfItsVersion() throws IOException {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of())
            .node("Softmax", List.of("y"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT);

    assertThat(PROBE.read(ofOpset(model, 13)).usage().activation())
        .isEqualTo(OutputActivation.SOFTMAX);
    PROBE.assertRefused(ofOpset(model, 12), "is over axis 1: only over the features");
  }

  // ---- Outputs ----

  @ParameterizedTest
  @CsvSource({"Sigmoid, SIGMOID", "Softmax, SOFTMAX", "LogSoftmax, LOG_SOFTMAX"})
  void anActivationIsComputed(String operator, OutputActivation activation) throws Exception {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of())
            .node("MatMul", List.of("y", "head"), List.of("scores"), Map.of())
            .node(operator, List.of("scores"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT)
            .output("scores", TensorProto.DataType.FLOAT);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.usage()).isEqualTo(Usage.PLAIN.withActivation(activation));
    assertAsOnnxRuntime(model, read);
  }

  // ---- Dense layers ----

  /** GRU, Gemm, a function, and as much as wanted behind; weights are [3][5] and [5][2]. */
  private static OnnxModel dense(String operator, Map<String, ?> attributes) {
    return gru(model(1), "X", "W", "Y", "H")
        .constant("first", values(15), 5, 3)
        .constant("bias", values(5), 5)
        .constant("second", values(10), 5, 2)
        .constant("shift", values(2), 2)
        .node("Squeeze", List.of("H", "zero"), List.of("h"), Map.of())
        .node("Gemm", List.of("h", "first", "bias"), List.of("sums"), Map.of("transB", 1))
        .node(operator, List.of("sums"), List.of("values"), attributes);
  }

  @ParameterizedTest
  @CsvSource({
    "Sigmoid, sigmoid, ''",
    "Tanh, tanh, ''",
    "Relu, relu, ''",
    "LeakyRelu, leaky_relu, ''",
    "LeakyRelu, leaky_relu 0.25 0.0, alpha",
    "ThresholdedRelu, thresholded_relu 0.25 0.0, alpha",
    "HardSigmoid, hard_sigmoid, ''",
    "HardSigmoid, hard_sigmoid 0.25 0.5, alpha",
    "Elu, elu 0.25 0.0, alpha",
    "Softsign, softsign, ''",
    "Softplus, softplus, ''",
    "Identity, affine, ''"
  })
  void denseLayersAreComputed(String operator, String function, String parameter) throws Exception {
    OnnxModel model =
        dense(operator, parameter.isEmpty() ? Map.of() : Map.of(parameter, 0.25f))
            .node("MatMul", List.of("values", "second"), List.of("product"), Map.of())
            .node("Add", List.of("product", "shift"), List.of("scores"), Map.of())
            .node("Sigmoid", List.of("scores"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT)
            .output("scores", TensorProto.DataType.FLOAT);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.config().dense()).asString().isEqualTo("[5 " + function + "]");
    assertThat(read.usage())
        .isEqualTo(
            Usage.PLAIN
                .withSteps(Usage.Steps.FINAL_STATE)
                .withActivation(OutputActivation.SIGMOID));
    assertAsOnnxRuntime(model, read);
  }

  @Test
  void functionsThatStandElsewhereAreNamed() {
    OnnxModel end = dense("Relu", Map.of()).output("values", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(
        end.toByteArray(), "its outputs are those of the activation relu: behind the last layer");
    OnnxModel whole =
        dense("Softmax", Map.of())
            .node("MatMul", List.of("values", "second"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(whole.toByteArray(), "(MatMul) stands behind an activation that is no");
    OnnxModel front =
        gru(model(1), "X", "W", "Y", "H")
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of())
            .node("Tanh", List.of("y"), List.of("t"), Map.of())
            .node("MatMul", List.of("t", "head"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(front.toByteArray(), "(MatMul) stands behind an activation that is no");
  }

  /** Both are on the way, but whoever has the scores has no hidden values. */
  @Test
  void hiddenValuesAreNoOutputs() {
    OnnxModel model =
        dense("Tanh", Map.of())
            .node("MatMul", List.of("values", "second"), List.of("out"), Map.of())
            .output("values", TensorProto.DataType.FLOAT)
            .output("out", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(
        model.toByteArray(), "its outputs 'out' and 'values' are of different models");
  }

  @ParameterizedTest
  @CsvSource({"SCALED_TANH, scaled_tanh 0.5 0.25", "AFFINE, affine 0.5 0.25"})
  void functionsWithoutOperatorAreRefused(ActivationFunction.Kind kind, String name) {
    Dense layer = new Dense(4, new ActivationFunction(kind, 0.5f, 0.25f));
    GruModel model = Models.random(GruConfig.builder(2, 3).dense(layer).build(), 2, 1);
    Refusals.assertRefused(
        () -> ModelFormat.ONNX.bytes(model),
        "ONNX has no operator for the activation " + name + " of a dense layer");
  }

  @Test
  void aSecondActivationIsRefused() {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Sigmoid", List.of("Y"), List.of("s"), Map.of())
            .node("LogSoftmax", List.of("s"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(model.toByteArray(), "is a second activation");
  }

  @Test
  void theLikeliestClassIsNoScore() {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("ArgMax", List.of("Y"), List.of("out"), Map.of("axis", -1))
            .output("out", TensorProto.DataType.INT64);
    PROBE.assertRefused(model.toByteArray(), "(ArgMax) is not supported");
  }

  /** Sigmoid of the GRU and a linear layer of the GRU; one's input, which comes from no GRU. */
  @ParameterizedTest
  @ValueSource(strings = {"s", "copy"})
  void anOutputThatIsNotOnTheWayIsNamed(String name) {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of())
            .node("Sigmoid", List.of("y"), List.of("s"), Map.of())
            .node("Identity", List.of("X"), List.of("copy"), Map.of())
            .node("MatMul", List.of("y", "head"), List.of("out"), Map.of())
            .output(name, TensorProto.DataType.FLOAT)
            .output("out", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(
        model.toByteArray(), "its outputs 'out' and '" + name + "' are of different models");
  }

  /** As in {@code linear(h_n[-1])} of two layers. */
  @Test
  void theFinalStateOfTheLastLayerIsTaken() throws Exception {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of());
    gru(model, "y", "W2", "Y2", "H2")
        .node("Concat", List.of("H", "H2"), List.of("h_n"), Map.of("axis", 0))
        .node("Slice", List.of("h_n", "last", "many", "zero"), List.of("h"), Map.of())
        .constant("many", Long.MAX_VALUE)
        .node("Squeeze", List.of("h", "zero"), List.of("flat"), Map.of())
        .node("MatMul", List.of("flat", "head"), List.of("out"), Map.of())
        .output("out", TensorProto.DataType.FLOAT)
        .output("h_n", TensorProto.DataType.FLOAT);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.usage()).isEqualTo(Usage.PLAIN.withSteps(Usage.Steps.FINAL_STATE));
    assertAsOnnxRuntime(model, read);
  }

  /** As in {@code cat(h_n[-2], h_n[-1])}, and as in {@code h_n[-2:].transpose(0, 1).reshape}. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFinalStatesOfBothDirectionsAreTaken(boolean sliced) throws Exception {
    Map<String, ?> attributes =
        Map.of("linear_before_reset", 1, "hidden_size", 3, "direction", "bidirectional");
    OnnxModel model =
        model(2)
            .constant("joined", 0, 0, -1)
            .node("GRU", List.of("X", "W", "R"), List.of("Y", "H"), attributes)
            .node("Transpose", List.of("Y"), List.of("side"), Map.of("perm", List.of(0, 2, 1, 3)))
            .node("Reshape", List.of("side", "joined"), List.of("y"), Map.of())
            .node("GRU", List.of("y", "W2", "R"), List.of("Y2", "H2"), attributes)
            .node("Concat", List.of("H", "H2"), List.of("h_n"), Map.of("axis", 0));
    if (sliced) {
      model
          .constant("from", -2)
          .constant("to", Long.MAX_VALUE)
          .constant("flat", -1, 6)
          .node("Slice", List.of("h_n", "from", "to", "zero"), List.of("both"), Map.of())
          .node("Transpose", List.of("both"), List.of("t"), Map.of("perm", List.of(1, 0, 2)))
          .node("Reshape", List.of("t", "flat"), List.of("h"), Map.of());
    } else {
      model
          .constant("forward", -2)
          .node("Gather", List.of("h_n", "forward"), List.of("f"), Map.of("axis", 0))
          .node("Gather", List.of("h_n", "last"), List.of("r"), Map.of("axis", 0))
          .node("Squeeze", List.of("f", "zero"), List.of("f2"), Map.of())
          .node("Squeeze", List.of("r", "zero"), List.of("r2"), Map.of())
          .node("Concat", List.of("f2", "r2"), List.of("h"), Map.of("axis", 1));
    }
    model
        .node("MatMul", List.of("h", "head"), List.of("out"), Map.of())
        .output("out", TensorProto.DataType.FLOAT);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.usage()).isEqualTo(Usage.PLAIN.withSteps(Usage.Steps.FINAL_STATE));
    assertAsOnnxRuntime(model, read);
  }

  @Test
  void theStateOfALowerLayerIsNoOutput() {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of());
    gru(model, "y", "W2", "Y2", "H2")
        .node("Concat", List.of("H", "H2"), List.of("h_n"), Map.of("axis", 0))
        .node("Gather", List.of("h_n", "zero"), List.of("h"), Map.of())
        .node("MatMul", List.of("h", "head"), List.of("out"), Map.of())
        .output("out", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(model.toByteArray(), "GRU node 'GRU 2' is not in line");
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "FINAL_STATE, FORWARD, CONCAT",
    "FINAL_STATE, REVERSE, CONCAT",
    "FINAL_STATE, BIDIRECTIONAL, CONCAT",
    "FINAL_STATE, BIDIRECTIONAL, AVERAGE",
    "LAST, FORWARD, CONCAT",
    "LAST, BIDIRECTIONAL, MULTIPLY",
  })
  void whatIsGivenOutIsWritten(Usage.Steps steps, Direction direction, Merge merge)
      throws IOException {
    GruConfig config = GruConfig.builder(2, 3).layers(2).direction(direction).merge(merge).build();
    Sequences x = Sequences.of(Tensor.of("x", List.of(5, 4, 2), OnnxMeaningTest::value));
    for (OutputActivation activation : OutputActivation.values()) {
      Usage usage = Usage.PLAIN.withSteps(steps).withActivation(activation);
      for (int outputs : new int[] {0, 2}) {
        Cases.assertConverts(
            Models.random(config, outputs, 1).withUsage(usage), x, directory, ".onnx");
      }
    }
  }

  // ---- What a GRU takes ----

  @Test
  void constantLengthsMustBeThoseOfTheData() throws Exception {
    OnnxModel whole =
        model(1)
            .constant("lengths", 7, 7, 7, 7)
            .node("Cast", List.of("lengths"), List.of("ints"), Map.of("to", 6))
            .node("GRU", List.of("X", "W", "R", "", "ints"), List.of("Y"), Map.of("hidden_size", 3))
            .output("Y", TensorProto.DataType.FLOAT);
    assertAsOnnxRuntime(whole, PROBE.read(whole.toByteArray()));

    OnnxModel shorter =
        model(1)
            .constant("lengths", 7, 5, 7, 7)
            .node("GRU", List.of("X", "W", "R", "", "lengths"), List.of("Y"), Map.of())
            .output("Y", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(shorter.toByteArray(), "has lengths that are constant or computed");
  }

  /** The first features of each step would be the state. */
  @Test
  void aStateMadeOfTheDataIsRefused() {
    OnnxModel model =
        model(1)
            .constant("places", 0L)
            .node("Gather", List.of("X", "places"), List.of("state"), Map.of("axis", 0))
            .node("GRU", List.of("X", "W", "R", "", "", "state"), List.of("Y"), Map.of())
            .output("Y", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(model.toByteArray(), "has an initial state that is computed");
  }

  @Test
  void dropoutAndIdentityAreNotedAndPassed() throws Exception {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .constant("ratio", new float[] {0.25f})
            .node("Identity", List.of("Y"), List.of("same"), Map.of())
            .node("Dropout", List.of("same", "ratio"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.metadata()).containsExactly(Map.entry("dropouts", "0.25 in node Dropout 2"));
    assertAsOnnxRuntime(model, read);
  }

  @Test
  void outputsRoundedToIntegersAreRefused() {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Cast", List.of("Y"), List.of("out"), Map.of("to", 7))
            .output("out", TensorProto.DataType.INT64);
    PROBE.assertRefused(model.toByteArray(), "rounds outputs to integers");
  }

  /** It has no part in what is computed, and may be anything. */
  @Test
  void aNodeThatNoOutputNeedsIsNotRead() throws Exception {
    OnnxModel model =
        gru(model(1), "X", "W", "Y", "H")
            .node("Relu", List.of("Y"), List.of("unused"), Map.of())
            .output("Y", TensorProto.DataType.FLOAT);
    assertAsOnnxRuntime(model, PROBE.read(model.toByteArray()));
  }

  @Test
  void anUnknownAttributeIsRefused() {
    OnnxModel model =
        model(1)
            .node("GRU", List.of("X", "W", "R"), List.of("Y"), Map.of("output_sequence", 1))
            .output("Y", TensorProto.DataType.FLOAT);
    PROBE.assertRefused(model.toByteArray(), "has the unknown attribute 'output_sequence'");
  }

  // ---- Our own ----

  @ParameterizedTest(name = "{0} layers of {1} units, {2}, {3}")
  @CsvSource({
    "1, 1, BIDIRECTIONAL, CONCAT",
    "2, 1, BIDIRECTIONAL, CONCAT",
    "2, 1, BIDIRECTIONAL, SUM",
    "2, 1, FORWARD, CONCAT",
    "9, 2, FORWARD, CONCAT",
    "9, 1, BIDIRECTIONAL, CONCAT",
    "20, 2, BIDIRECTIONAL, AVERAGE",
  })
  void narrowAndDeepModelsComeBack(int layers, int hidden, Direction direction, Merge merge)
      throws IOException {
    GruConfig config =
        GruConfig.builder(1, hidden).layers(layers).direction(direction).merge(merge).build();
    PROBE.assertComesBack(Models.random(config, 1, 1));
    PROBE.assertComesBack(Models.random(config, 0, 1));
  }

  /** Each node copies them. */
  @Test
  void manyNodesThatShareWeightsAreRefused() {
    OnnxModel model =
        model(1)
            .constant("W60", values(180 * 60), 1, 180, 60)
            .constant("R60", values(180 * 60), 1, 180, 60)
            .input("wide", TensorProto.DataType.FLOAT, 7, 4, 60);
    String data = "wide";
    for (int layer = 0; layer < 40; layer++) {
      model
          .node("GRU", List.of(data, "W60", "R60"), List.of("Y" + layer), Map.of())
          .node("Squeeze", List.of("Y" + layer, "one"), List.of("y" + layer), Map.of());
      data = "y" + layer;
    }
    PROBE.assertRefused(
        model.output(data, TensorProto.DataType.FLOAT).toByteArray(),
        "makes more weights than a file of this size has");
  }
}
