package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.oracle.OnnxModel;

/** ONNX graphs of other programs, and ours when they were changed. */
class OnnxGraphsTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.ONNX);

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
    assertThat(read.usage())
        .isEqualTo(
            Usage.PLAIN.withSteps(Usage.Steps.LAST).withActivation(OutputActivation.SOFTMAX));
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
          .node(
              "GRU",
              List.of("X", "W", "R"),
              List.of(y),
              Map.of("linear_before_reset", 1, "direction", direction))
          .node("Squeeze", List.of(y, "axis"), List.of(direction), Map.of());
    }
    model
        .constant("axis", 1L)
        .node("Mul", List.of("reverse", "forward"), List.of("out"), Map.of())
        .output("out", TensorProto.DataType.FLOAT, 7, 1, 3);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.config())
        .isEqualTo(
            GruConfig.builder(4, 3)
                .embedding(2)
                .direction(Direction.BIDIRECTIONAL)
                .merge(Merge.MULTIPLY)
                .biases(Biases.NONE)
                .build());
    List<Tensor> tensors = read.weights().tensors();
    assertThat(tensors.get(0).values()).containsExactly(1, 0, 0, 1, 1, 1, 2, 3);
    assertThat(tensors.get(1).values()).startsWith(6, 7, 8, 9);
    assertThat(tensors.get(3).values()).startsWith(6, 7, 8, 9);
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
            .node("Transpose", List.of("in"), List.of("X"), Map.of("perm", List.of(1, 0, 2)))
            .node(
                "GRU",
                List.of("X", "W", "R", "", "", "h0"),
                List.of("Y", "H"),
                Map.of("direction", "bidirectional"))
            .node("Transpose", List.of("Y"), List.of("y"), Map.of("perm", List.of(0, 2, 1, 3)))
            .node("Shape", List.of("y"), List.of("ys"), Map.of())
            .constant("minus", -1L)
            .node("Slice", List.of("ys", "zero", "two"), List.of("front"), Map.of())
            .node("Concat", List.of("front", "minus"), List.of("to"), Map.of("axis", 0))
            .node("Reshape", List.of("y", "to"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT, 7, 4, 6);

    GruModel read = PROBE.read(model.toByteArray());

    assertThat(read.config().direction()).isEqualTo(Direction.BIDIRECTIONAL);
    assertThat(read.config().merge()).isEqualTo(Merge.CONCAT);
  }

  @Test
  void anUnsupportedNodeIsNamed() throws IOException {
    OnnxModel model =
        weights(new OnnxModel("m"), 1)
            .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
            .node("GRU", List.of("X", "W", "R"), List.of("Y"), Map.of())
            .node("Gelu", List.of("Y"), List.of("out"), Map.of())
            .output("out", TensorProto.DataType.FLOAT, 7, 1, 4, 3);

    PROBE.assertRefused(model.toByteArray(), "node 'Gelu 1' (Gelu) is not supported");
    ModelProto.Builder named = ModelProto.parseFrom(model.toByteArray()).toBuilder();
    named.getGraphBuilder().getNodeBuilder(1).setName("act");
    PROBE.assertRefused(named.build().toByteArray(), "node 'act' (Gelu)");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | 0 | has weights of shapes W [1, 9, 2], R [1, 9, 3]",
        "3 | 1 | takes other data than the whole output of the layer before it",
      })
  void whatALayerDoesNotFitIsNamed(int hidden, int secondLayout, String message) {
    OnnxModel model =
        weights(new OnnxModel("m"), 1)
            .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
            .node("GRU", List.of("X", "W", "R"), List.of("Y"), Map.of("hidden_size", hidden))
            .constant("one", 1L)
            .node("Squeeze", List.of("Y", "one"), List.of("y"), Map.of())
            .constant("W2", new float[27], 1, 9, 3)
            .node("GRU", List.of("y", "W2", "R"), List.of("Y2"), Map.of("layout", secondLayout))
            .output("Y2", TensorProto.DataType.FLOAT, 7, 1, 4, 3);

    PROBE.assertRefused(model.toByteArray(), message);
  }

  @Test
  void activationsMayDifferByDirection() throws IOException {
    OnnxModel model =
        weights(new OnnxModel("m"), 2)
            .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
            .node(
                "GRU",
                List.of("X", "W", "R"),
                List.of("Y"),
                Map.of(
                    "direction",
                    "bidirectional",
                    "activations",
                    List.of("Sigmoid", "Tanh", "Sigmoid", "Relu")))
            .output("Y", TensorProto.DataType.FLOAT, 7, 2, 4, 3);
    assertThat(PROBE.read(model.toByteArray()).config().candidateActivations())
        .containsExactly(
            ActivationFunction.TANH, ActivationFunction.of(ActivationFunction.Kind.RELU));
  }

  @Test
  void weightsElsewhereOrOfAnotherSizeAreNamed() throws IOException {
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
  void aGraphThatWasChangedCountsMoreThanItsMetadata() throws IOException {
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

  private static ModelProto proto(GruModel model) throws IOException {
    return ModelProto.parseFrom(ModelFormat.ONNX.bytes(model));
  }
}
