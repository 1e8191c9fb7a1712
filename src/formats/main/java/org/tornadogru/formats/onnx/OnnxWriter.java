package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tornadogru.formats.GruModel;
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
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/**
 * The graph of a model, for opset 14.
 *
 * <pre>
 *   X [T][N][I], or tokens [T][N] ──▶ OneHot,  ─┐
 *                                     or Gather   │
 *   initial_h [L·D][N][H] ──▶ Split ────────────┼──▶ GRU ──▶ merge ──▶ … ──▶ Y [T][N][O] ──▶ MatMul, Add ──▶ Sigmoid
 *   lengths [N], if wanted ─────────────────────┘     │                                        │             │
 *                                                     └──▶ Concat ──▶ Y_h [L·D][N][H]       logits        outputs
 * </pre>
 *
 * A model that gives out its last step has a Gather behind Y, and one that gives out its final
 * state the same merge behind the last layer's part of Y_h; Y is then no output.
 *
 * <p>A model that begins at a state of its own has constants in place of the input initial_h,
 * repeated for the batch by an Expand.
 *
 * <p>T and N are free. The merge of one direction is a Squeeze; of two a Transpose and a Reshape
 * for their concatenation, otherwise a Split and an Add or a Mul.
 */
final class OnnxWriter {

  static final String PRODUCER = "tornado-gru";
  private static final int OPSET = 14;
  private static final int IR_VERSION = 7; // the one that goes with opset 14
  static final String TABLE = "embedding.weight";
  private static final Object STEPS = "steps";
  static final Object BATCH = "batch";

  private final GruModel model;
  private final GruConfig config;
  private final boolean lengths;

  /** What makes the vectors, and is made of the outputs; null for nothing. */
  private final OnnxSurroundings surroundings;

  private final Map<String, Tensor> tensors = new TreeMap<>();
  private final OnnxGraphBuilder graph = new OnnxGraphBuilder("gru");

  /**
   * A graph in the making.
   *
   * @param lengths whether it has an input for the lengths of sequences
   * @param surroundings of a model of vectors; null for none
   */
  OnnxWriter(GruModel model, boolean lengths, OnnxSurroundings surroundings) {
    this.model = model;
    this.config = model.config();
    this.lengths = lengths;
    this.surroundings = surroundings;
    if (lengths && (config.maskedOutput() == MaskedOutput.HOLD || config.keepReversed())) {
      throw new InvalidInputException(
          "ONNX' outputs behind a sequence's length are zeros, in the order of the input: a model that holds its last output or keeps it reversed has no lengths there");
    }
    model.weights().tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  ModelProto proto() {
    OnnxTerms terms = new OnnxTerms(graph);
    String data = surroundings == null ? inputs() : surroundings.inputs(terms);
    OnnxStatesWriter ends = new OnnxStatesWriter(graph, model);
    String[] states = ends.states();
    if (lengths) {
      graph.input("lengths", TensorProto.DataType.INT32, BATCH);
    }
    String[] finals = new String[config.layers()];
    for (int layer = 0; layer < config.layers(); layer++) {
      boolean last = layer == config.layers() - 1;
      finals[layer] = config.layers() == 1 ? "Y_h" : "Y_h_l" + layer;
      String walks = "walks_l" + layer;
      gru(layer, data, states[layer], walks, finals[layer]);
      data = last ? "Y" : "Y_l" + layer;
      if (config.keepReversed()) {
        merge(walks, "Y_in_order", layer);
        graph.constant("backwards_from", -1);
        graph.constant("backwards_to", Long.MIN_VALUE + 1);
        graph.constant("time", 0);
        graph.constant("back", -1);
        graph.node(
            "Slice",
            List.of("Y_in_order", "backwards_from", "backwards_to", "time", "back"),
            List.of(data));
      } else {
        merge(walks, data, layer);
      }
    }
    ends.finals(finals);
    String outputs = outputs(finals[config.layers() - 1]);
    if (surroundings != null) {
      surroundings.outputs(terms, outputs);
    }
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName(PRODUCER)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph.proto());
    Metadata.text(model)
        .forEach(
            (key, value) ->
                proto.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return proto.build();
  }

  private String inputs() {
    if (config.input() == InputKind.TOKENS) {
      graph.input("tokens", TensorProto.DataType.INT64, STEPS, BATCH);
      return vectors();
    }
    graph.input("X", TensorProto.DataType.FLOAT, STEPS, BATCH, config.inputSize());
    return "X";
  }

  private String vectors() {
    if (config.hasEmbedding()) {
      graph.constant(
          TABLE, List.of(tensors.get(TABLE)), config.inputSize(), config.embeddingSize());
      graph.node(
          "Gather",
          List.of(TABLE, "tokens"),
          List.of("vectors"),
          OnnxGraphBuilder.attribute("axis", 0));
      return "vectors";
    }
    graph.constant("vocabulary", config.inputSize());
    graph.constant("off_on", List.of(Tensor.of("", List.of(2), place -> place)), 2);
    graph.node("OneHot", List.of("tokens", "vocabulary", "off_on"), List.of("one_hot"));
    return "one_hot";
  }

  private void gru(int layer, String data, String state, String walks, String last) {
    int directions = config.direction().walks();
    int hidden = config.hiddenSize(layer);
    int inputs = config.inputSize(layer);
    String suffix = "_l" + layer;
    graph.constant("W" + suffix, gates("weight_ih", layer), directions, 3 * hidden, inputs);
    graph.constant("R" + suffix, gates("weight_hh", layer), directions, 3 * hidden, hidden);
    boolean biased = config.biases() != Biases.NONE;
    if (biased) {
      graph.constant("B" + suffix, biases(layer), directions, 6 * hidden);
    }
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(OnnxGraphBuilder.attribute("hidden_size", hidden));
    attributes.add(
        OnnxGraphBuilder.attribute(
            "linear_before_reset", config.reset() == ResetPlacement.AFTER ? 1 : 0));
    attributes.add(
        OnnxGraphBuilder.named("direction", AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(GruProperty.DIRECTION.text(config)))
            .build());
    if (Float.isFinite(config.clip())) {
      attributes.add(OnnxGraphBuilder.attribute("clip", config.clip()));
    }
    attributes.addAll(activations());
    graph.node(
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
    AttributeProto.Builder names =
        OnnxGraphBuilder.named("activations", AttributeProto.AttributeType.STRINGS);
    AttributeProto.Builder alphas =
        OnnxGraphBuilder.named("activation_alpha", AttributeProto.AttributeType.FLOATS);
    AttributeProto.Builder betas =
        OnnxGraphBuilder.named("activation_beta", AttributeProto.AttributeType.FLOATS);
    for (int walk = 0; walk < config.direction().walks(); walk++) {
      for (ActivationFunction function :
          List.of(config.gateActivation(walk), config.candidateActivation(walk))) {
        names.addStrings(ByteString.copyFromUtf8(OnnxActivation.name(function.kind())));
        if (OnnxActivation.takesAlpha(function.kind())) {
          alphas.addFloats(function.alpha());
        }
        if (OnnxActivation.takesBeta(function.kind())) {
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
          OnnxGraphBuilder.named("perm", AttributeProto.AttributeType.INTS)
              .addAllInts(List.of(0L, 2L, 1L, 3L))
              .build();
      graph.node("Transpose", List.of(walks), List.of("side_by_side" + suffix), order);
      int features = config.inputSize(Math.min(layer + 1, config.layers()));
      graph.constant("joined" + suffix, 0, 0, features);
      graph.node("Reshape", List.of("side_by_side" + suffix, "joined" + suffix), List.of(merged));
      return;
    }
    graph.constant("walk" + suffix, 1);
    if (!both) {
      graph.node("Squeeze", List.of(walks, "walk" + suffix), List.of(merged));
      return;
    }
    String[] parts = graph.parts(walks, 2, 1, walks + "_");
    for (String part : parts) {
      graph.node("Squeeze", List.of(part, "walk" + suffix), List.of(part + "_squeezed"));
    }
    List<String> squeezed = List.of(parts[0] + "_squeezed", parts[1] + "_squeezed");
    switch (config.merge()) {
      case SUM, CONCAT -> graph.node("Add", squeezed, List.of(merged));
      case MULTIPLY -> graph.node("Mul", squeezed, List.of(merged));
      case AVERAGE -> {
        graph.constant("half" + suffix, List.of(Tensor.of("", List.of(1), place -> 0.5f)), 1);
        graph.node("Add", squeezed, List.of("sum" + suffix));
        graph.node("Mul", List.of("sum" + suffix, "half" + suffix), List.of(merged));
      }
    }
  }

  /**
   * What the model gives out: Y or what is left of it, through the linear layer and the activation.
   * Of these only the last and those that come before it are outputs of the graph.
   *
   * @param last the final states of the last layer, [D][N][H]
   */
  private String outputs(String last) {
    Usage usage = model.usage();
    List<Object> sizes = new ArrayList<>(List.of(STEPS, BATCH));
    String data = "Y";
    int features = config.outputSize();
    switch (usage.steps()) {
      case EACH -> graph.output("Y", STEPS, BATCH, features);
      case LAST -> {
        graph.integers("last", List.of(), -1);
        graph.node(
            "Gather",
            List.of("Y", "last"),
            List.of("last_step"),
            OnnxGraphBuilder.attribute("axis", 0));
        data = "last_step";
      }
      case FINAL_STATE -> {
        // As one step, which is then what a merge takes: [1][D][N][H].
        graph.constant("front", 0);
        graph.node("Unsqueeze", List.of(last, "front"), List.of("final_walks"));
        merge("final_walks", "final_step", config.layers());
        graph.node("Squeeze", List.of("final_step", "front"), List.of("final_state"));
        data = "final_state";
      }
    }
    if (usage.steps() != Usage.Steps.EACH) {
      sizes.removeFirst();
    }
    if (model.weights().outputs() > 0) {
      data = new OnnxHeadWriter(graph, model.weights()).write(data);
      features = model.weights().outputs();
    }
    if (usage.activation() != OutputActivation.LINEAR) {
      graph.node(
          switch (usage.activation()) {
            case SOFTMAX -> "Softmax";
            case LOG_SOFTMAX -> "LogSoftmax";
            default -> "Sigmoid";
          },
          List.of(data),
          List.of("outputs"));
      if (model.weights().outputs() > 0) {
        graph.output(data, append(sizes, features));
      }
      data = "outputs";
    }
    if (!data.equals("Y")) {
      graph.output(data, append(sizes, features));
    }
    return data;
  }

  private static Object[] append(List<Object> sizes, int last) {
    List<Object> all = new ArrayList<>(sizes);
    all.add(last);
    return all.toArray();
  }
}
