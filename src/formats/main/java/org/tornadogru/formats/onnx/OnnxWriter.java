package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.formats.codec.Metadata;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/**
 * The graph of a model, for opset 14.
 *
 * <pre>
 *   X [T][N][I], or tokens [T][N] ──▶ OneHot ─┐
 *   initial_h [L·D][N][H] ──▶ Split ──────────┼──▶ GRU ──▶ merge ──▶ … ──▶ Y [T][N][O] ──▶ MatMul, Add
 *   lengths [N], if wanted ───────────────────┘     │                                        │
 *                                                   └──▶ Concat ──▶ Y_h [L·D][N][H]       logits
 * </pre>
 *
 * T and N are free. The merge of one direction is a Squeeze; of two a Transpose and a Reshape for
 * their concatenation, otherwise a Split and an Add or a Mul.
 */
final class OnnxWriter {

  private static final int OPSET = 14;
  private static final int IR_VERSION = 7; // the one that goes with opset 14
  private static final Object STEPS = "steps";
  private static final Object BATCH = "batch";

  private final GruModel model;
  private final GruConfig config;
  private final boolean lengths;
  private final Map<String, Tensor> tensors = new TreeMap<>();
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("gru");

  /**
   * A graph in the making.
   *
   * @param lengths whether it has an input for the lengths of sequences
   */
  OnnxWriter(GruModel model, boolean lengths) {
    this.model = model;
    this.config = model.config();
    this.lengths = lengths;
    if (config.hasEmbedding()) {
      throw new InvalidInputException(
          "an embedding is not written to ONNX yet: a model with one can only be kept as "
              + ModelFormat.SAFETENSORS.ending());
    }
    if (lengths && (config.maskedOutput() == MaskedOutput.HOLD || config.keepReversed())) {
      throw new InvalidInputException(
          "ONNX' outputs behind a sequence's length are zeros, in the order of the input: a model that holds its last output or keeps it reversed has no lengths there");
    }
    model.weights().tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  ModelProto proto() {
    inputs();
    String data = config.input() == InputKind.TOKENS ? oneHot() : "X";
    String[] states = parts("initial_h", config.layers(), 0, "initial_h_l");
    String[] finals = new String[config.layers()];
    for (int layer = 0; layer < config.layers(); layer++) {
      boolean last = layer == config.layers() - 1;
      finals[layer] = config.layers() == 1 ? "Y_h" : "Y_h_l" + layer;
      String walks = "walks_l" + layer;
      gru(layer, data, states[layer], walks, finals[layer]);
      data = last ? "Y" : "Y_l" + layer;
      if (config.keepReversed()) {
        merge(walks, "Y_in_order", layer);
        constant("backwards_from", -1);
        constant("backwards_to", Long.MIN_VALUE + 1);
        constant("time", 0);
        constant("back", -1);
        node(
            "Slice",
            List.of("Y_in_order", "backwards_from", "backwards_to", "time", "back"),
            List.of(data));
      } else {
        merge(walks, data, layer);
      }
    }
    if (config.layers() > 1) {
      node("Concat", List.of(finals), List.of("Y_h"), attribute("axis", 0));
    }
    output("Y", STEPS, BATCH, config.outputSize());
    output("Y_h", config.walks(), BATCH, config.hiddenSize());
    if (model.weights().outputs() > 0) {
      linear();
    }
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("tornado-gru")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph);
    Metadata.text(model)
        .forEach(
            (key, value) ->
                proto.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return proto.build();
  }

  private void inputs() {
    if (config.input() == InputKind.TOKENS) {
      input("tokens", TensorProto.DataType.INT64, STEPS, BATCH);
    } else {
      input("X", TensorProto.DataType.FLOAT, STEPS, BATCH, config.inputSize());
    }
    input("initial_h", TensorProto.DataType.FLOAT, config.walks(), BATCH, config.hiddenSize());
    if (lengths) {
      input("lengths", TensorProto.DataType.INT32, BATCH);
    }
  }

  private String oneHot() {
    constant("vocabulary", config.inputSize());
    constant("off_on", List.of(Tensor.of("", List.of(2), place -> place)), 2);
    node("OneHot", List.of("tokens", "vocabulary", "off_on"), List.of("one_hot"));
    return "one_hot";
  }

  private void gru(int layer, String data, String state, String walks, String last) {
    int directions = config.direction().walks();
    int hidden = config.hiddenSize();
    int inputs = config.inputSize(layer);
    String suffix = "_l" + layer;
    constant("W" + suffix, gates("weight_ih", layer), directions, 3 * hidden, inputs);
    constant("R" + suffix, gates("weight_hh", layer), directions, 3 * hidden, hidden);
    boolean biased = config.biases() != Biases.NONE;
    if (biased) {
      constant("B" + suffix, biases(layer), directions, 6 * hidden);
    }
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(attribute("hidden_size", hidden));
    attributes.add(
        attribute("linear_before_reset", config.reset() == ResetPlacement.AFTER ? 1 : 0));
    attributes.add(
        named("direction", AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(GruProperty.DIRECTION.text(config)))
            .build());
    if (Float.isFinite(config.clip())) {
      attributes.add(named("clip", AttributeProto.AttributeType.FLOAT).setF(config.clip()).build());
    }
    attributes.addAll(activations());
    node(
        "GRU",
        List.of(
            data,
            "W" + suffix,
            "R" + suffix,
            biased ? "B" + suffix : "",
            lengths ? "lengths" : "",
            state),
        List.of(walks, last),
        attributes.toArray(AttributeProto[]::new));
  }

  private List<AttributeProto> activations() {
    AttributeProto.Builder names = named("activations", AttributeProto.AttributeType.STRINGS);
    AttributeProto.Builder alphas = named("activation_alpha", AttributeProto.AttributeType.FLOATS);
    AttributeProto.Builder betas = named("activation_beta", AttributeProto.AttributeType.FLOATS);
    for (int walk = 0; walk < config.direction().walks(); walk++) {
      for (ActivationFunction function :
          List.of(config.gateActivation(), config.candidateActivation())) {
        names.addStrings(ByteString.copyFromUtf8(name(function.kind())));
        if (OnnxGruLayer.takesAlpha(function.kind())) {
          alphas.addFloats(function.alpha());
        }
        if (OnnxGruLayer.takesBeta(function.kind())) {
          betas.addFloats(function.beta());
        }
      }
    }
    List<AttributeProto> attributes = new ArrayList<>(List.of(names.build()));
    if (alphas.getFloatsCount() > 0) {
      attributes.add(alphas.build());
    }
    if (betas.getFloatsCount() > 0) {
      attributes.add(betas.build());
    }
    return attributes;
  }

  private static String name(ActivationFunction.Kind kind) {
    return switch (kind) {
      case SIGMOID -> "Sigmoid";
      case TANH -> "Tanh";
      case RELU -> "Relu";
      case AFFINE -> "Affine";
      case LEAKY_RELU -> "LeakyRelu";
      case THRESHOLDED_RELU -> "ThresholdedRelu";
      case SCALED_TANH -> "ScaledTanh";
      case HARD_SIGMOID -> "HardSigmoid";
      case ELU -> "Elu";
      case SOFTSIGN -> "Softsign";
      case SOFTPLUS -> "Softplus";
    };
  }

  private String[] suffixes(int layer) {
    String suffix = "_l" + layer;
    return switch (config.direction()) {
      case FORWARD -> new String[] {suffix};
      case REVERSE -> new String[] {suffix + "_reverse"};
      case BIDIRECTIONAL -> new String[] {suffix, suffix + "_reverse"};
    };
  }

  private List<Tensor> gates(String name, int layer) {
    return Stream.of(suffixes(layer)).map(suffix -> gates(name + suffix)).toList();
  }

  private List<Tensor> biases(int layer) {
    List<Tensor> walks = new ArrayList<>();
    for (String suffix : suffixes(layer)) {
      Tensor input = gates("bias_ih" + suffix);
      walks.add(input);
      walks.add(
          config.biases() == Biases.TWO
              ? gates("bias_hh" + suffix)
              : Tensor.of("", input.shape(), place -> 0));
    }
    return walks;
  }

  private Tensor gates(String name) {
    return GateRows.swapResetAndUpdate(tensors.get(name));
  }

  /** What a layer gives out, [T][N][O], from what its walks leave, [T][D][N][H]. */
  private void merge(String walks, String merged, int layer) {
    String suffix = "_l" + layer;
    boolean both = config.direction() == Direction.BIDIRECTIONAL;
    if (both && config.merge() == Merge.CONCAT) {
      AttributeProto order =
          named("perm", AttributeProto.AttributeType.INTS)
              .addAllInts(List.of(0L, 2L, 1L, 3L))
              .build();
      node("Transpose", List.of(walks), List.of("side_by_side" + suffix), order);
      constant("joined" + suffix, 0, 0, 2L * config.hiddenSize());
      node("Reshape", List.of("side_by_side" + suffix, "joined" + suffix), List.of(merged));
      return;
    }
    constant("walk" + suffix, 1);
    if (!both) {
      node("Squeeze", List.of(walks, "walk" + suffix), List.of(merged));
      return;
    }
    String[] parts = parts(walks, 2, 1, walks + "_");
    for (String part : parts) {
      node("Squeeze", List.of(part, "walk" + suffix), List.of(part + "_squeezed"));
    }
    List<String> squeezed = List.of(parts[0] + "_squeezed", parts[1] + "_squeezed");
    switch (config.merge()) {
      case SUM, CONCAT -> node("Add", squeezed, List.of(merged));
      case MULTIPLY -> node("Mul", squeezed, List.of(merged));
      case AVERAGE -> {
        constant("half" + suffix, List.of(Tensor.of("", List.of(1), place -> 0.5f)), 1);
        node("Add", squeezed, List.of("sum" + suffix));
        node("Mul", List.of("sum" + suffix, "half" + suffix), List.of(merged));
      }
    }
  }

  private String[] parts(String value, int count, int axis, String prefix) {
    if (count == 1) {
      return new String[] {value};
    }
    String[] parts = new String[count];
    for (int i = 0; i < count; i++) {
      parts[i] = prefix + i;
    }
    node("Split", List.of(value), List.of(parts), attribute("axis", axis));
    return parts;
  }

  private void linear() {
    int outputs = model.weights().outputs();
    int inputs = config.outputSize();
    Tensor weight = GateRows.transposed(tensors.get("linear.weight"));
    constant("linear.weight", List.of(weight), inputs, outputs);
    constant("linear.bias", List.of(tensors.get("linear.bias")), outputs);
    node("MatMul", List.of("Y", "linear.weight"), List.of("product"));
    node("Add", List.of("product", "linear.bias"), List.of("logits"));
    output("logits", STEPS, BATCH, outputs);
  }

  // ---- Protobuf ----

  private void node(
      String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(operator + "_" + outputs.getFirst())
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  private static AttributeProto attribute(String name, long value) {
    return named(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  private static AttributeProto.Builder named(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  private void constant(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
  }

  /** Parts that lie one behind the other. */
  private void constant(String name, List<Tensor> parts, int... sizes) {
    int count = parts.stream().mapToInt(Tensor::size).reduce(0, Math::addExact);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor part : parts) {
      for (int place = 0; place < part.size(); place++) {
        bytes.putFloat(part.at(place));
      }
    }
    bytes.flip();
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (int size : sizes) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
  }

  private void input(String name, TensorProto.DataType type, Object... sizes) {
    graph.addInput(value(name, type, sizes));
  }

  private void output(String name, Object... sizes) {
    graph.addOutput(value(name, TensorProto.DataType.FLOAT, sizes));
  }

  /** Sizes are numbers, or names of those that are free. */
  private static ValueInfoProto value(String name, TensorProto.DataType type, Object... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object size : sizes) {
      if (size instanceof Integer number) {
        shape.addDimBuilder().setDimValue(number);
      } else {
        shape.addDimBuilder().setDimParam(size.toString());
      }
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
