package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * Follows the data through a graph, node by node, and notes the layers they pass. Nothing is
 * computed but what becomes of weights and shapes; axes are told apart by identity, so that it
 * matters in which order a node puts them but not how many nodes it takes.
 */
final class OnnxGraphReader {

  private final Set<String> layers = new HashSet<>();
  private final OnnxScope scope;
  private final OnnxTokens tokens;
  private final OnnxShapes shapes;
  private final OnnxParts parts;
  private final OnnxDirections directions;
  private final OnnxArithmetic arithmetic;

  /** A reader of one graph. */
  OnnxGraphReader(long fileSize) {
    scope = new OnnxScope(fileSize);
    tokens = new OnnxTokens(scope);
    shapes = new OnnxShapes(scope);
    parts = new OnnxParts(scope);
    directions = new OnnxDirections(scope);
    arithmetic = new OnnxArithmetic(scope);
  }

  /**
   * What a graph computes.
   *
   * @return the data behind the last layer
   * @throws InvalidInputException if a node is not part of a GRU with its usual surroundings
   */
  Signal read(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      scope.put(tensor.getName(), OnnxNode.constant(tensor.getName(), tensor));
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new InvalidInputException("it has sparse weights: save them dense");
    }
    for (ValueInfoProto input : graph.getInputList()) {
      scope.putIfAbsent(input.getName(), Signal.ofInput(axes(input)));
    }
    int index = 0;
    for (NodeProto proto : graph.getNodeList()) {
      read(new OnnxNode(proto, index++));
    }
    return result(graph);
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

  private Signal result(GraphProto graph) {
    Signal best = null;
    for (ValueInfoProto output : graph.getOutputList()) {
      if (scope.get(output.getName()) instanceof Signal signal
          && !signal.isInput()
          && (best == null || rank(signal) > rank(best))) {
        best = signal;
      }
    }
    if (best == null) {
      throw new InvalidInputException("none of its outputs comes from a GRU node");
    }
    Set<String> passed = new HashSet<>();
    for (Layer layer : best.layers()) {
      layer.walks().forEach(walk -> passed.add(walk.name()));
    }
    for (String layer : layers) {
      if (!passed.contains(layer)) {
        throw new InvalidInputException(
            "GRU node %s is not in line with the others: the layers must follow one another"
                .formatted(Quoted.of(layer)));
      }
    }
    return best;
  }

  private static int rank(Signal signal) {
    return 4 * signal.layers().size() + (signal.linear() == null ? 0 : 2) + (signal.last() ? 0 : 1);
  }

  private void read(OnnxNode node) {
    if (!node.proto().getDomain().isEmpty() && !node.proto().getDomain().equals("ai.onnx")) {
      throw node.unsupported();
    }
    switch (node.operator()) {
      case "GRU" -> gru(node);
      case "Split" -> directions.split(node);
      case "Constant" -> set(node, constant(node));
      case "Identity", "Cast", "Dropout" -> set(node, scope.required(node, 0));
      case "Softmax", "LogSoftmax", "Sigmoid", "ArgMax" -> set(node, arithmetic.closed(node));
      case "Shape" -> set(node, shapes.shape(node));
      case "ConstantOfShape", "Expand" -> set(node, shapes.filled(node));
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
      case "Add", "Sum", "Mean", "Mul", "Div" -> set(node, arithmetic.combined(node));
      default -> throw node.unsupported();
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

  private static Constant constant(OnnxNode node) {
    if (node.attribute("value") != null) {
      return OnnxNode.constant(node.name(), node.attribute("value").getT());
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

  private void gru(OnnxNode node) {
    Signal layer = new OnnxGruLayer(node, scope::optional).read();
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
      scope.put(node.output(1), layer.ofLast(state));
    }
  }
}
