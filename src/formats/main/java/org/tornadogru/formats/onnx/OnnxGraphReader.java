package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Input;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/**
 * Follows the data through a graph, node by node, and notes the layers they pass. Nothing is
 * computed but what becomes of weights and shapes; axes are told apart by identity, so that it
 * matters in which order a node puts them but not how many nodes it takes.
 */
final class OnnxGraphReader {

  private final Set<String> layers = new HashSet<>();
  private final List<String> dropouts = new ArrayList<>();
  private final OnnxScope scope;
  private final OnnxTokens tokens;
  private final OnnxShapes shapes;
  private final OnnxSizes sizes;
  private final OnnxParts parts;
  private final OnnxDirections directions;
  private final OnnxArithmetic arithmetic;

  /**
   * A reader of one graph.
   *
   * @param fileSize bytes of the file and of those beside it
   * @param opset the version of the operators
   */
  OnnxGraphReader(long fileSize, long opset) {
    scope = new OnnxScope(fileSize, opset);
    tokens = new OnnxTokens(scope);
    shapes = new OnnxShapes(scope);
    sizes = new OnnxSizes(scope);
    parts = new OnnxParts(scope);
    directions = new OnnxDirections(scope);
    arithmetic = new OnnxArithmetic(scope);
  }

  /**
   * What a graph computes.
   *
   * @param graph with all weights inside
   * @param outputs those that count
   * @return the data behind the last layer
   * @throws InvalidInputException if a node that they depend on is not part of a GRU with its usual
   *     surroundings
   */
  Signal read(GraphProto graph, OnnxOutputs outputs) {
    for (TensorProto tensor : graph.getInitializerList()) {
      scope.put(tensor.getName(), scope.constant(tensor.getName(), tensor));
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new InvalidInputException("it has sparse weights: save them dense");
    }
    for (ValueInfoProto input : graph.getInputList()) {
      Input dense = new Input(input.getName(), 0, null);
      scope.putIfAbsent(input.getName(), Signal.ofInput(dense, axes(input)));
    }
    outputs.nodes(graph).forEach(this::read);
    Signal result = outputs.result(scope::get);
    checkLine(result);
    if (result.head().activation() == null) {
      throw new InvalidInputException(
          "its outputs are those of the activation %s: behind the last layer only softmax, log_softmax and sigmoid are supported"
              .formatted(result.head().function()));
    }
    return result;
  }

  /** Dropout that the graph has, which does nothing outside of training. */
  List<String> dropouts() {
    return List.copyOf(dropouts);
  }

  private static List<List<Axis>> axes(ValueInfoProto input) {
    TensorShapeProto shape = input.getType().getTensorType().getShape();
    if (shape.getDimCount() > OnnxNode.MOST_DIMENSIONS) {
      throw new InvalidInputException(
          "input %s has %d dimensions, more than a GRU needs"
              .formatted(Quoted.of(input.getName()), shape.getDimCount()));
    }
    List<List<Axis>> axes = new ArrayList<>();
    for (TensorShapeProto.Dimension dimension : shape.getDimList()) {
      long size = dimension.getDimValue();
      axes.add(List.of(new Axis(size > 0 && size <= Integer.MAX_VALUE ? (int) size : 0)));
    }
    return axes;
  }

  private void checkLine(Signal result) {
    Set<String> passed = new HashSet<>();
    for (Layer layer : result.layers()) {
      layer.walks().forEach(walk -> passed.add(walk.name()));
    }
    for (String layer : layers) {
      if (!passed.contains(layer)) {
        throw new InvalidInputException(
            "GRU node %s is not in line with the others: the layers must follow one another"
                .formatted(Quoted.of(layer)));
      }
    }
  }

  private void read(OnnxNode node) {
    if (!node.proto().getDomain().isEmpty() && !node.proto().getDomain().equals("ai.onnx")) {
      throw node.unsupported();
    }
    switch (node.operator()) {
      case "GRU" -> gru(node);
      case "Split" -> directions.split(node);
      case "Constant" -> set(node, constant(node));
      case "Identity" -> set(node, scope.required(node, 0));
      case "Dropout" -> set(node, dropout(node));
      case "Cast" -> set(node, cast(node));
      case "Softmax" -> set(node, arithmetic.activated(node, OutputActivation.SOFTMAX));
      case "LogSoftmax" -> set(node, arithmetic.activated(node, OutputActivation.LOG_SOFTMAX));
      case "Shape" -> set(node, shapes.shape(node));
      case "ConstantOfShape", "ConstantFill", "Expand", "Tile" -> set(node, shapes.repeated(node));
      case "Equal" -> set(node, sizes.equal(node));
      case "Where" -> set(node, sizes.chosen(node));
      case "Transpose" -> set(node, shapes.transposed(node));
      case "Squeeze" -> set(node, shapes.squeezed(node));
      case "Unsqueeze" -> set(node, shapes.unsqueezed(node));
      case "Reshape" -> set(node, shapes.reshaped(node));
      case "Flatten" ->
          set(node, scope.required(node, 0) instanceof State s ? s : refuseFlatten(node));
      case "Concat" -> set(node, parts.concatenated(node));
      case "Slice" -> set(node, parts.sliced(node));
      case "Gather" -> set(node, parts.gathered(node));
      case "OneHot" -> set(node, tokens.oneHot(node));
      case "MatMul", "Gemm" -> set(node, arithmetic.linear(node));
      case "Add", "Sum", "Mean", "Mul", "Div" ->
          set(node, sizes.fit(node) ? sizes.product(node) : arithmetic.combined(node));
      default ->
          set(
              node,
              arithmetic.activated(
                  node, OnnxActivation.ofOperator(node.operator()).orElseThrow(node::unsupported)));
    }
  }

  private static OnnxValue refuseFlatten(OnnxNode node) {
    throw node.unsupported();
  }

  private void set(OnnxNode node, OnnxValue value) {
    if (!node.output(0).isEmpty()) {
      scope.put(node.output(0), value);
    }
  }

  private Constant constant(OnnxNode node) {
    if (node.attribute("value") != null) {
      return scope.constant(node.name(), node.attribute("value").getT());
    }
    if (node.integers("value_ints") != null) {
      long[] numbers = node.integers("value_ints").stream().mapToLong(Long::longValue).toArray();
      return new Constant(List.of(numbers.length), null, numbers);
    }
    if (node.attribute("value_int") != null) {
      return new Constant(List.of(), null, new long[] {node.integer("value_int", 0)});
    }
    if (node.attribute("value_float") != null) {
      return Constant.of(Tensor.of("", List.of(), place -> node.number("value_float", 0)));
    }
    throw node.refused("has a value that is neither floats nor integers");
  }

  private OnnxValue dropout(OnnxNode node) {
    OnnxValue training = scope.optional(node, 2);
    if (training != null
        && !(training instanceof Constant constant
            && constant.integers() != null
            && Arrays.stream(constant.integers()).allMatch(flag -> flag == 0))) {
      throw node.refused("drops outputs when the model runs: export it for inference");
    }
    float ratio =
        scope.optional(node, 1) instanceof Constant constant
                && constant.floats() != null
                && constant.size() == 1
            ? constant.floats().at(0)
            : node.number("ratio", 0.5f);
    dropouts.add("%s in node %s".formatted(ratio, node.name()));
    return scope.required(node, 0);
  }

  /** Numbers change their type; of data only what rounds to integers would be another model. */
  private OnnxValue cast(OnnxNode node) {
    TensorProto.DataType to = TensorProto.DataType.forNumber((int) node.integer("to", 0));
    OnnxValue value = scope.required(node, 0);
    boolean floats =
        switch (to) {
          case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
          case INT64, INT32 -> false;
          case null, default -> throw node.refused("makes numbers of the type %s".formatted(to));
        };
    return switch (value) {
      case Constant constant when constant.floats() == null && floats -> {
        scope.charge(node, constant.size());
        yield Constant.of(Tensor.of("", constant.sizes(), place -> constant.integers()[place]));
      }
      case Constant constant when constant.floats() != null && !floats -> {
        scope.charge(node, 2L * constant.size());
        long[] integers = new long[constant.size()];
        Arrays.setAll(integers, place -> (long) constant.floats().at(place));
        yield new Constant(constant.sizes(), null, integers);
      }
      case Signal signal when !signal.isInput() && !floats ->
          throw node.refused("rounds outputs to integers");
      default -> value;
    };
  }

  private void gru(OnnxNode node) {
    Signal layer = new OnnxGruLayer(node, scope).read();
    layers.add(node.name());
    boolean batchFirst = node.integer("layout", 0) == 1;
    List<Axis> walk = layer.walk() == null ? List.of() : List.of(layer.walk());
    List<Axis> unit = List.of(layer.unit());
    List<List<Axis>> sequence =
        batchFirst
            ? List.of(layer.batch(), layer.time(), walk, unit)
            : List.of(layer.time(), walk, layer.batch(), unit);
    List<List<Axis>> state =
        batchFirst ? List.of(layer.batch(), walk, unit) : List.of(walk, layer.batch(), unit);
    if (!node.output(0).isEmpty()) {
      scope.put(node.output(0), layer.with(sequence));
    }
    if (!node.output(1).isEmpty()) {
      scope.put(node.output(1), layer.of(Usage.Steps.FINAL_STATE, state));
    }
  }
}
