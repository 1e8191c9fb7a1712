package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.Gru;
import org.tornadogru.GruOutput;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.OnnxLayer;
import org.tornadogru.oracle.OnnxModel;
import org.tornadogru.oracle.RandomLayers;
import org.tornadogru.oracle.ReferenceLayer;

class OnnxCodecTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.ONNX);

  static Stream<RandomLayers.Case> layers() {
    return RandomLayers.cases().filter(layer -> layer.config().gating() == Gating.FULL);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void everyConfigurationComesBack(RandomLayers.Case layer) throws IOException {
    PROBE.assertComesBack(Models.of(layer));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void onnxRuntimeReturnsTheSameNumbers(RandomLayers.Case layer) throws IOException, OrtException {
    GruModel model = Models.of(layer);
    GruConfig config = layer.config();
    LayerInput input = layer.input().withValid(null);
    Map<String, double[]> tensors = ReferenceLayer.byName(model.weights().tensors());
    LayerOutput expected = layer.reference().forward(tensors, input);

    try (OrtSession session = session(ModelFormat.ONNX.bytes(model));
        OnnxTensor x = x(input);
        OnnxTensor state = state(config, input);
        OrtSession.Result result =
            session.run(Map.of(input.tokens() == null ? "X" : "tokens", x, "initial_h", state))) {
      assertClose(result, "Y", expected.y());
      assertClose(result, "Y_h", expected.finalStates());
      if (model.weights().outputs() > 0) {
        assertClose(
            result, "logits", layer.reference().scores(tensors, input, LayerLoss.Head.EACH_STEP));
      }
    }
  }

  @Test
  void lengthsAreAnInput() throws IOException, OrtException {
    GruConfig config = GruConfig.builder(2, 3).direction(Direction.BIDIRECTIONAL).build();
    GruModel model = Models.random(config, 0, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new OnnxCodec(true).write(model, bytes);
    LayerInput input =
        LayerInput.of(new double[][][] {{{0, 1}}, {{1, 0}}, {{2, -1}}, {{3, -2}}})
            .withValid(LayerInput.leading(new int[] {2}, 4));
    LayerOutput expected =
        new ReferenceLayer(config).forward(ReferenceLayer.byName(model.weights().tensors()), input);

    try (OrtSession session = session(bytes.toByteArray());
        OnnxTensor x = x(input);
        OnnxTensor state = state(config, input);
        OnnxTensor lengths =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), new int[] {2});
        OrtSession.Result result =
            session.run(Map.of("X", x, "initial_h", state, "lengths", lengths))) {
      assertClose(result, "Y", expected.y());
      assertClose(result, "Y_h", expected.finalStates());
    }
    assertThat(PROBE.read(bytes.toByteArray()).config()).isEqualTo(config);
  }

  /** A state dictionary, whose file says nothing but names, shapes and values. */
  @Test
  void aPyTorchModelReturnsInOnnxRuntimeWhatItReturnsHere(@TempDir Path directory)
      throws IOException, OrtException {
    GruConfig config = GruConfig.builder(3, 5).layers(2).direction(Direction.BIDIRECTIONAL).build();
    RandomLayers.Case layer = new RandomLayers.Case(1, config, 0, 6, 4, null, null, true);
    assertThat(layer.shapes(false).keySet())
        .contains("weight_ih_l0", "bias_hh_l0_reverse", "weight_hh_l1", "weight_ih_l1_reverse");
    Path pyTorch = directory.resolve("pytorch.safetensors");
    Files.write(
        pyTorch, SafetensorsTest.bytes(new Safetensors(Map.of(), layer.floatTensors(false))));
    GruModel model = ModelFormat.read(pyTorch);
    Path onnx = directory.resolve("model.onnx");
    ModelFormat.write(model, onnx);
    LayerInput input = layer.input();

    try (Gru gru = new Gru(model.weights(), Device.fastest());
        OrtSession session = session(Files.readAllBytes(onnx));
        OnnxTensor x = x(input);
        OnnxTensor state = state(config, input);
        OrtSession.Result result = session.run(Map.of("X", x, "initial_h", state))) {
      GruOutput here =
          gru.forward(Sequences.of(LayerOutput.floats(input.x())), LayerOutput.floats(input.h0()));
      assertClose(result, "Y", LayerOutput.doubles(here.outputs()));
      assertClose(result, "Y_h", LayerOutput.doubles(here.finalStates()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Gating.class,
      names = {"RESET_ONLY", "UPDATE_ONLY", "NONE"})
  void ablationsAreRefused(Gating gating) {
    GruConfig config = GruConfig.builder(2, 3).gating(gating).build();
    assertThatThrownBy(() -> ModelFormat.ONNX.bytes(Models.random(config, 0, 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("can only be kept as .safetensors");
  }

  @Test
  void heldOutputsHaveNoLengths() {
    GruConfig config = GruConfig.builder(2, 3).maskedOutput(MaskedOutput.HOLD).build();
    assertThatThrownBy(
            () ->
                new OnnxCodec(true).write(Models.random(config, 0, 1), new ByteArrayOutputStream()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no lengths there");
  }

  // ---- Graphs of other programs ----

  /** Batch first, squeezed, with a dense layer behind the last step, as converters write them. */
  @Test
  void layoutAndLastStepAreFollowed() {
    OnnxModel model =
        weights(new OnnxModel("m"), 1)
            .input("X", TensorProto.DataType.FLOAT, 2, 7, 2)
            .node("GRU", List.of("X", "W", "R", "B"), List.of("Y", "H"), Map.of("layout", 1))
            .constant("two", 2L)
            .node("Squeeze", List.of("Y", "two"), List.of("y"), Map.of())
            .constant("last", -1L)
            .node("Gather", List.of("y", "last"), List.of("step"), Map.of("axis", 1))
            .constant("one", 1L)
            .node("Squeeze", List.of("step", "one"), List.of("flat"), Map.of())
            .constant("dense", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
            .constant("bias", new float[] {7, 8}, 2)
            .node("Gemm", List.of("flat", "dense", "bias"), List.of("g"), Map.of("transB", 1))
            .node("Softmax", List.of("g"), List.of("out"), Map.of("axis", 1))
            .output("out", TensorProto.DataType.FLOAT, 2, 2);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.config())
        .isEqualTo(GruConfig.builder(2, 3).reset(ResetPlacement.BEFORE).build());
    assertThat(read.weights().tensors().get(4).values()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.weights().tensors().get(5).values()).containsExactly(7, 8);
    assertThat(read.metadata()).containsEntry("head", "last step");
    // Rows z, r, h of ONNX become r, z, n.
    assertThat(read.weights().tensors().getFirst().values())
        .startsWith(6, 7, 8, 9, 10, 11, 0, 1, 2);
  }

  /** Two nodes of one direction each, and an embedding. */
  @Test
  void separateDirectionsBecomeOneLayer() {
    OnnxModel model =
        weights(new OnnxModel("m"), 1)
            .input("ids", TensorProto.DataType.INT64, 7, 1)
            .constant("E", new float[] {1, 0, 0, 1, 1, 1, 2, 3}, 4, 2)
            .node("Gather", List.of("E", "ids"), List.of("X"), Map.of());
    for (String direction : List.of("forward", "reverse")) {
      String y = direction + "_y";
      model
          .node("GRU", List.of("X", "W", "R"), List.of(y), Map.of("linear_before_reset", 1))
          .node("Squeeze", List.of(y, "axis"), List.of(direction), Map.of());
    }
    model
        .constant("axis", 1L)
        .node("Mul", List.of("reverse", "forward"), List.of("out"), Map.of())
        .output("out", TensorProto.DataType.FLOAT, 7, 1, 3);

    GruModel read =
        PROBE.read(changed(model, 3, node -> node.addAttribute(word("direction", "reverse"))));

    assertThat(read.config())
        .isEqualTo(
            GruConfig.builder(4, 3)
                .tokens()
                .direction(Direction.BIDIRECTIONAL)
                .merge(Merge.MULTIPLY)
                .biases(Biases.NONE)
                .build());
    assertThat(read.weights().tensors().get(0).values()).startsWith(6, 7, 13, 33);
    assertThat(read.weights().tensors().get(2).values()).startsWith(6, 7, 13, 33);
  }

  /** PyTorch's exporter computes shapes in the graph, and zeros as the initial state. */
  @Test
  void shapesOfShapesAreFollowed() {
    OnnxModel model =
        weights(new OnnxModel("m"), 2)
            .input("in", TensorProto.DataType.FLOAT, 4, 7, 2)
            .node("Shape", List.of("in"), List.of("shape"), Map.of())
            .constant("zero", 0L)
            .constant("two", 2L)
            .constant("three", 3L)
            .constant("six", 6L)
            .node("Gather", List.of("shape", "zero"), List.of("batch"), Map.of())
            .node("Concat", List.of("two", "batch", "three"), List.of("size"), Map.of("axis", 0))
            .node("ConstantOfShape", List.of("size"), List.of("h0"), Map.of())
            .node("Transpose", List.of("in"), List.of("X"), Map.of())
            .node("GRU", List.of("X", "W", "R", "", "", "h0"), List.of("Y", "H"), Map.of())
            .node("Transpose", List.of("Y"), List.of("y"), Map.of())
            .node("Shape", List.of("y"), List.of("ys"), Map.of())
            .constant("minus", -1L)
            .node("Slice", List.of("ys", "zero", "two"), List.of("front"), Map.of())
            .node("Concat", List.of("front", "minus"), List.of("to"), Map.of("axis", 0))
            .node("Reshape", List.of("y", "to"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT, 7, 4, 6);
    AttributeProto swap = integers("perm", 1, 0, 2);
    AttributeProto walks = integers("perm", 0, 2, 1, 3);
    byte[] bytes =
        changed(
            changed(
                changed(model, 4, node -> node.addAttribute(swap)),
                6,
                node -> node.addAttribute(walks)),
            5,
            node -> node.addAttribute(word("direction", "bidirectional")));

    GruModel read = PROBE.read(bytes);

    assertThat(read.config().direction()).isEqualTo(Direction.BIDIRECTIONAL);
    assertThat(read.config().merge()).isEqualTo(Merge.CONCAT);
  }

  @Test
  void anUnsupportedNodeIsNamed() {
    OnnxModel model =
        weights(new OnnxModel("m"), 1)
            .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
            .node("GRU", List.of("X", "W", "R"), List.of("Y"), Map.of())
            .node("Relu", List.of("Y"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT, 7, 1, 4, 3);

    PROBE.assertRefused(changed(model, 1, node -> node.setName("act")), "node 'act' (Relu)");
    PROBE.assertRefused(model.toByteArray(), "node 'Relu 1' (Relu) is not supported");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_size  | has weights of shapes W [1, 9, 2], R [1, 9, 3]",
        "layout       | takes other data than the whole output of the layer before it",
      })
  void whatALayerDoesNotFitIsNamed(String attribute, String message) {
    OnnxModel model =
        weights(new OnnxModel("m"), 1)
            .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
            .node("GRU", List.of("X", "W", "R"), List.of("Y"), Map.of())
            .constant("one", 1L)
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of())
            .constant("W2", new float[27], 1, 9, 3)
            .node("GRU", List.of("y", "W2", "R"), List.of("Y2"), Map.of(attribute, 1))
            .output("Y2", TensorProto.DataType.FLOAT, 7, 1, 4, 3);

    PROBE.assertRefused(
        attribute.equals("hidden_size")
            ? changed(model, 0, node -> node.addAttribute(integer("hidden_size", 5)))
            : model.toByteArray(),
        message);
  }

  @Test
  void activationsThatDifferByDirectionAreRefused() {
    OnnxModel model =
        weights(new OnnxModel("m"), 2)
            .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
            .node("GRU", List.of("X", "W", "R"), List.of("Y"), Map.of())
            .output("Y", TensorProto.DataType.FLOAT, 7, 2, 4, 3);
    AttributeProto.Builder names =
        AttributeProto.newBuilder()
            .setName("activations")
            .setType(AttributeProto.AttributeType.STRINGS);
    for (String name : List.of("Sigmoid", "Tanh", "Sigmoid", "Relu")) {
      names.addStrings(ByteString.copyFromUtf8(name));
    }

    PROBE.assertRefused(
        changed(
            model,
            0,
            node -> node.addAttribute(names).addAttribute(word("direction", "bidirectional"))),
        "other activations in its reverse direction");
  }

  @Test
  void weightsElsewhereOrOfAnotherSizeAreNamed() {
    ModelProto model = proto(Models.random(GruConfig.builder(2, 3).build(), 0, 1));
    ModelProto.Builder elsewhere = model.toBuilder();
    elsewhere
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    PROBE.assertRefused(elsewhere.build().toByteArray(), "'W_l0' lies in another file");
    ModelProto.Builder large = model.toBuilder();
    large.getGraphBuilder().getInitializerBuilder(0).setDims(1, 1 << 28);
    PROBE.assertRefused(
        large.build().toByteArray(), "'W_l0' has shape [1, 268435456, 2] but holds");
    PROBE.assertRefused(new byte[] {1, 2, 3}, "not an ONNX model");
    PROBE.assertRefused(new byte[0], "not an ONNX model");
  }

  @Test
  void aGraphThatWasChangedCountsMoreThanItsMetadata() {
    ModelProto.Builder model =
        proto(Models.random(GruConfig.builder(2, 3).build(), 0, 1)).toBuilder();
    for (AttributeProto.Builder attribute :
        model.getGraphBuilder().getNodeBuilder(0).getAttributeBuilderList()) {
      if (attribute.getName().equals("linear_before_reset")) {
        attribute.setI(0);
      }
    }

    assertThat(PROBE.read(model.build().toByteArray()).config().reset())
        .isEqualTo(ResetPlacement.BEFORE);
  }

  private static OnnxModel weights(OnnxModel model, int walks) {
    float[] w = new float[walks * 18];
    for (int i = 0; i < w.length; i++) {
      w[i] = i;
    }
    return model
        .constant("W", w, walks, 9, 2)
        .constant("R", new float[walks * 27], walks, 9, 3)
        .constant("B", new float[walks * 18], walks, 18);
  }

  @FunctionalInterface
  private interface Change {
    NodeProto.Builder apply(NodeProto.Builder node);
  }

  private static byte[] changed(OnnxModel model, int node, Change change) {
    return changed(model.toByteArray(), node, change);
  }

  private static byte[] changed(byte[] bytes, int node, Change change) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(bytes).toBuilder();
      change.apply(model.getGraphBuilder().getNodeBuilder(node));
      return model.build().toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AttributeProto word(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setI(value).build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static ModelProto proto(GruModel model) {
    return new OnnxWriter(model, false).proto();
  }

  private static OrtSession session(byte[] model) throws OrtException {
    return OrtEnvironment.getEnvironment().createSession(model);
  }

  private static OnnxTensor x(LayerInput input) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    return input.tokens() == null
        ? OnnxLayer.tensor(environment, input.x())
        : OnnxTensor.createTensor(
            environment,
            Arrays.stream(input.tokens())
                .map(ids -> Arrays.stream(ids).asLongStream().toArray())
                .toArray(long[][]::new));
  }

  private static OnnxTensor state(GruConfig config, LayerInput input) throws OrtException {
    return OnnxLayer.tensor(
        OrtEnvironment.getEnvironment(),
        input.h0() == null
            ? new double[config.walks()][input.batch()][config.hiddenSize()]
            : input.h0());
  }

  private static void assertClose(OrtSession.Result result, String name, double[][][] expected) {
    LayerOutput.assertEquals(name, OnnxLayer.doubles(result, name), expected, 1e-5);
  }
}
