package org.tornadogru.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.tornadogru.InvalidInputException;
import org.tornadogru.io.LayerStack.Layer;
import org.tornadogru.io.OnnxValue.Axis;
import org.tornadogru.io.OnnxValue.Constant;
import org.tornadogru.io.OnnxValue.Dimension;
import org.tornadogru.io.OnnxValue.Dimensions;
import org.tornadogru.io.OnnxValue.Input;
import org.tornadogru.io.OnnxValue.Signal;
import org.tornadogru.io.OnnxValue.State;
import org.tornadogru.io.OnnxValue.Zeros;
import org.tornadogru.nn.Merge;

/**
 * Follows the data through a graph, node by node, and notes the layers they pass. Nothing is
 * computed but what becomes of weights and shapes; axes are told apart by identity, so that it
 * matters in which order a node puts them but not how many nodes it takes.
 */
final class OnnxGraphReader {

  private static final int MOST_DIMENSIONS = 8;

  /** Constants that nodes make of constants may have this many times the values of the file. */
  private static final long LARGEST_EXPANSION = 4;

  private final Map<String, OnnxValue> values = new HashMap<>();
  private final Set<String> layers = new HashSet<>();
  private long budget;

  /**
   * What a graph computes.
   *
   * @param fileSize bytes of the file, which bound what is allocated
   * @return the data behind the last layer
   * @throws InvalidInputException if a node is not part of a GRU with its usual surroundings
   */
  Signal read(GraphProto graph, long fileSize) {
    budget = LARGEST_EXPANSION * fileSize / Float.BYTES + 1024;
    values.put("", null);
    for (TensorProto tensor : graph.getInitializerList()) {
      values.put(tensor.getName(), OnnxNode.constant(tensor.getName(), tensor));
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new InvalidInputException("it has sparse weights: save them dense");
    }
    for (ValueInfoProto input : graph.getInputList()) {
      values.putIfAbsent(input.getName(), Signal.ofInput(axes(input)));
    }
    int index = 0;
    for (NodeProto proto : graph.getNodeList()) {
      read(new OnnxNode(proto, index++));
    }
    return result(graph);
  }

  private static List<List<Axis>> axes(ValueInfoProto input) {
    TensorShapeProto shape = input.getType().getTensorType().getShape();
    if (shape.getDimCount() > MOST_DIMENSIONS) {
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
      if (values.get(output.getName()) instanceof Signal signal
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
      throw unsupported(node);
    }
    switch (node.operator()) {
      case "GRU" -> gru(node);
      case "Split" -> split(node);
      case "Constant" -> set(node, constant(node));
      case "Identity", "Cast", "Dropout" -> set(node, required(node, 0));
      case "Softmax", "LogSoftmax", "Sigmoid", "ArgMax" -> set(node, closed(node));
      case "Shape" -> set(node, shape(node));
      case "ConstantOfShape", "Expand" -> set(node, filled(node));
      case "Transpose" -> set(node, transposed(node));
      case "Squeeze" -> set(node, squeezed(node));
      case "Unsqueeze" -> set(node, unsqueezed(node));
      case "Reshape" -> set(node, reshaped(node));
      case "Flatten" -> set(node, required(node, 0) instanceof State s ? s : refuseFlatten(node));
      case "Concat" -> set(node, concatenated(node));
      case "Slice" -> set(node, sliced(node));
      case "Gather" -> set(node, gathered(node));
      case "OneHot" -> set(node, oneHot(node));
      case "MatMul", "Gemm" -> set(node, linear(node));
      case "Add", "Sum", "Mean", "Mul", "Div" -> set(node, combined(node));
      default -> throw unsupported(node);
    }
  }

  private static OnnxValue refuseFlatten(OnnxNode node) {
    throw unsupported(node);
  }

  private static InvalidInputException unsupported(OnnxNode node) {
    return node.refused(
        "is not supported: a model is GRU nodes with Gather, OneHot, Squeeze, Unsqueeze, Transpose, Reshape, Concat, Split, Slice, Cast, MatMul, Gemm, Add, Mul, Softmax or ArgMax around them");
  }

  private void set(OnnxNode node, OnnxValue value) {
    if (!node.output(0).isEmpty()) {
      values.put(node.output(0), value);
    }
  }

  // ---- Values of a node's inputs ----

  private OnnxValue required(OnnxNode node, int place) {
    OnnxValue value = optional(node, place);
    if (value == null) {
      throw node.refused("lacks its input %d".formatted(place));
    }
    return value;
  }

  private OnnxValue optional(OnnxNode node, int place) {
    String name = node.input(place);
    if (!values.containsKey(name)) {
      throw node.refused("reads %s before any node has made it".formatted(Quoted.of(name)));
    }
    return values.get(name);
  }

  private Constant weights(OnnxNode node, int place, int dimensions) {
    if (required(node, place) instanceof Constant constant
        && constant.floats() != null
        && constant.sizes().size() == dimensions) {
      return constant;
    }
    throw node.refused(
        "needs as its input %d a constant of floats with %d dimensions"
            .formatted(place, dimensions));
  }

  /** Small integers: axes, sizes, places. They are an attribute in old models. */
  private List<Long> integers(OnnxNode node, String attribute, int place) {
    List<Long> integers = node.integers(attribute);
    if (integers != null) {
      return integers.size() <= MOST_DIMENSIONS ? integers : refuseIntegers(node, attribute);
    }
    return switch (optional(node, place)) {
      case null -> null;
      case Constant constant
          when constant.integers() != null && constant.integers().length <= MOST_DIMENSIONS ->
          Arrays.stream(constant.integers()).boxed().toList();
      default -> refuseIntegers(node, attribute);
    };
  }

  private static List<Long> refuseIntegers(OnnxNode node, String what) {
    throw node.refused("needs constant %s".formatted(what));
  }

  private Constant constant(OnnxNode node) {
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
      return new Constant(List.of(), new float[] {node.number("value_float", 0)}, null);
    }
    throw node.refused("has a value that is neither floats nor integers");
  }

  /** A dimension that counts from the end if it is negative. */
  private static int place(OnnxNode node, long axis, int dimensions) {
    long place = axis < 0 ? axis + dimensions : axis;
    if (place < 0 || place >= dimensions) {
      throw node.refused("has axis %d of %d dimensions".formatted(axis, dimensions));
    }
    return (int) place;
  }

  private float[] allocate(OnnxNode node, long size) {
    budget -= size;
    if (budget < 0 || size > Integer.MAX_VALUE) {
      throw node.refused("makes more weights than a file of this size has");
    }
    return new float[(int) size];
  }

  // ---- Layers ----

  private void gru(OnnxNode node) {
    Signal layer = new OnnxGruLayer(node, this::optional).read();
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
      values.put(node.output(0), layer.with(sequence));
    }
    if (!node.output(1).isEmpty()) {
      values.put(node.output(1), layer.ofLast(state));
    }
  }

  private OnnxValue linear(OnnxNode node) {
    if (!(required(node, 0) instanceof Signal signal) || signal.closed()) {
      throw unsupported(node);
    }
    Constant weights = weights(node, 1, 2);
    boolean transposed = node.operator().equals("Gemm") && node.integer("transB", 0) == 1;
    if (node.operator().equals("Gemm")
        && (node.integer("transA", 0) != 0
            || node.number("alpha", 1) != 1
            || node.number("beta", 1) != 1)) {
      throw node.refused("has transA, alpha or beta: only plain products are supported");
    }
    int inputs = weights.sizes().get(transposed ? 1 : 0);
    int outputs = weights.sizes().get(transposed ? 0 : 1);
    if (signal.isInput()) {
      return embedded(node, signal, weights, transposed);
    }
    if (signal.linear() != null) {
      throw node.refused("is a second linear layer: only one behind the last layer is supported");
    }
    int size = signal.features().stream().mapToInt(Axis::size).reduce(1, (a, b) -> a * b);
    List<Axis> features = signal.groups().isEmpty() ? List.of() : signal.groups().getLast();
    if (!features.equals(signal.features()) || size != inputs || outputs == 0) {
      throw node.refused(
          "takes %d features but not the %d of the last layer, forward before reverse"
              .formatted(inputs, size));
    }
    float[] rows =
        transposed ? weights.floats() : GateRows.transposed(weights.floats(), inputs, outputs);
    float[] bias = allocate(node, outputs);
    if (node.operator().equals("Gemm") && optional(node, 2) != null) {
      bias = bias(node, required(node, 2), outputs);
    }
    Axis unit = new Axis(outputs);
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    groups.set(groups.size() - 1, List.of(unit));
    return signal.with(new LinearLayer(outputs, inputs, rows, bias), unit, groups);
  }

  /** A product with one-hot vectors picks rows. */
  private static OnnxValue embedded(
      OnnxNode node, Signal signal, Constant weights, boolean transposed) {
    int tokens = signal.input().tokens();
    if (tokens == 0 || signal.input().table() != null || transposed) {
      throw node.refused("stands in front of the GRU: only an embedding may");
    }
    if (weights.sizes().getFirst() != tokens) {
      throw node.refused(
          "has %d rows for one-hot vectors of %d".formatted(weights.sizes().getFirst(), tokens));
    }
    return embedded(node, signal, weights, signal.groups().subList(0, signal.groups().size() - 1));
  }

  private static Signal embedded(
      OnnxNode node, Signal signal, Constant rows, List<List<Axis>> steps) {
    int tokens = rows.sizes().getFirst();
    int features = rows.sizes().get(1);
    if (tokens == 0 || features == 0) {
      throw node.refused("has an empty table");
    }
    EmbeddingTable table = new EmbeddingTable(node.name(), tokens, features, rows.floats());
    return ofTokens(node, new Input(tokens, table), signal, steps, features);
  }

  private static Signal ofTokens(
      OnnxNode node, Input input, Signal signal, List<List<Axis>> steps, int features) {
    List<List<Axis>> groups = new ArrayList<>(steps);
    groups.add(List.of(new Axis(features)));
    checkRank(node, groups.size());
    Signal result = Signal.ofInput(groups);
    return new Signal(
        input,
        groups,
        result.time(),
        result.batch(),
        result.layers(),
        result.walk(),
        result.unit(),
        null,
        signal.reversed(),
        false,
        false);
  }

  private static float[] bias(OnnxNode node, OnnxValue value, int size) {
    if (value instanceof Constant constant
        && constant.floats() != null
        && constant.floats().length == size
        && (constant.sizes().isEmpty() || constant.sizes().getLast() == size)) {
      return constant.floats();
    }
    throw node.refused("adds something else than a bias of %d values".formatted(size));
  }

  private OnnxValue oneHot(OnnxNode node) {
    if (!(required(node, 0) instanceof Signal signal)
        || !signal.isInput()
        || signal.input().tokens() > 0) {
      throw unsupported(node);
    }
    long axis = node.integer("axis", -1);
    if (axis != -1 && axis != signal.groups().size()) {
      throw node.refused("has axis %d: only the last is supported".formatted(axis));
    }
    if (!(required(node, 1) instanceof Constant depth) || size(depth) < 1) {
      throw node.refused("needs a constant depth");
    }
    if (!(required(node, 2) instanceof Constant range)
        || range.floats() == null
        || !Arrays.equals(range.floats(), new float[] {0, 1})) {
      throw node.refused("needs the constant floats 0 and 1 as its values");
    }
    int tokens = size(depth);
    return ofTokens(node, new Input(tokens, null), signal, signal.groups(), tokens);
  }

  private static int size(Constant constant) {
    double value =
        constant.integers() != null && constant.integers().length == 1
            ? constant.integers()[0]
            : constant.floats() != null && constant.floats().length == 1
                ? constant.floats()[0]
                : -1;
    return value == (int) value ? (int) value : -1;
  }

  private OnnxValue closed(OnnxNode node) {
    return switch (required(node, 0)) {
      case Signal signal when !signal.isInput() -> signal.close();
      default -> throw node.refused("does not stand behind a GRU");
    };
  }

  // ---- Sums and products ----

  private OnnxValue combined(OnnxNode node) {
    if (node.proto().getInputCount() != 2) {
      throw node.refused("has %d inputs: expected 2".formatted(node.proto().getInputCount()));
    }
    OnnxValue left = required(node, 0);
    OnnxValue right = required(node, 1);
    String operator = node.operator();
    if (left instanceof Signal first && right instanceof Signal second && !first.isInput()) {
      return switch (operator) {
        case "Add", "Sum" -> merged(node, first, second, Merge.SUM);
        case "Mean" -> merged(node, first, second, Merge.AVERAGE);
        case "Mul" -> merged(node, first, second, Merge.MULTIPLY);
        default -> throw unsupported(node);
      };
    }
    boolean swap = left instanceof Constant && !operator.equals("Div");
    if ((swap ? right : left) instanceof Signal signal
        && (swap ? left : right) instanceof Constant number
        && !signal.isInput()
        && !signal.closed()) {
      return withConstant(node, signal, number);
    }
    throw unsupported(node);
  }

  private OnnxValue withConstant(OnnxNode node, Signal signal, Constant number) {
    String operator = node.operator();
    if (operator.equals("Add") && signal.linear() != null) {
      LinearLayer linear = signal.linear();
      float[] bias = bias(node, number, linear.outputs());
      float[] sum = allocate(node, bias.length);
      for (int i = 0; i < sum.length; i++) {
        sum[i] = linear.bias()[i] + bias[i];
      }
      return signal.with(
          new LinearLayer(linear.outputs(), linear.inputs(), linear.weights(), sum),
          signal.unit(),
          signal.groups());
    }
    boolean halves =
        (operator.equals("Mul") && number.isScalar(0.5))
            || (operator.equals("Div") && number.isScalar(2));
    if (halves && signal.linear() == null && signal.lastLayer().merge() == Merge.SUM) {
      return signal.with(
          new Layer(signal.lastLayer().walks(), Merge.AVERAGE), null, signal.groups());
    }
    throw node.refused("changes the data by a constant that is no bias");
  }

  /** One layer from its two directions. */
  private static Signal merged(OnnxNode node, Signal first, Signal second, Merge merge) {
    boolean swap = isSingle(first) && first.lastLayer().walks().getFirst().reverse();
    Signal forward = swap && merge != Merge.CONCAT ? second : first;
    Signal reverse = swap && merge != Merge.CONCAT ? first : second;
    if (!isSingle(forward)
        || !isSingle(reverse)
        || forward.lastLayer().walks().getFirst().reverse()
        || !reverse.lastLayer().walks().getFirst().reverse()
        || forward.reversed()
        || reverse.reversed()
        || forward.closed()
        || reverse.closed()
        || forward.last() != reverse.last()
        || forward.layers().size() != reverse.layers().size()
        || !sameButLast(forward.layers(), reverse.layers())
        || !forward.time().equals(reverse.time())
        || !forward.batch().equals(reverse.batch())) {
      throw node.refused(
          "joins other data than those of one layer's forward and reverse direction");
    }
    Layer layer =
        new Layer(
            List.of(forward.lastLayer().walks().getFirst(), reverse.lastLayer().walks().getFirst()),
            merge);
    return forward.with(layer, null, forward.groups());
  }

  private static boolean isSingle(Signal signal) {
    return !signal.isInput() && signal.linear() == null && signal.lastLayer().walks().size() == 1;
  }

  private static boolean sameButLast(List<Layer> some, List<Layer> others) {
    return IntStream.range(0, some.size() - 1).allMatch(i -> some.get(i).equals(others.get(i)));
  }

  /** One direction of a layer that has two. */
  private static Signal walk(Signal signal, int walk, List<List<Axis>> groups) {
    return signal.with(
        new Layer(List.of(signal.lastLayer().walks().get(walk)), Merge.CONCAT), null, groups);
  }

  // ---- Shapes ----

  private OnnxValue shape(OnnxNode node) {
    return switch (required(node, 0)) {
      case Signal signal ->
          new Dimensions(signal.groups().stream().map(group -> new Dimension(group, 0)).toList());
      case Constant constant ->
          new Dimensions(constant.sizes().stream().map(size -> new Dimension(null, size)).toList());
      default -> throw unsupported(node);
    };
  }

  private OnnxValue filled(OnnxNode node) {
    OnnxValue value = required(node, 0);
    boolean zeros =
        node.operator().equals("Expand")
            ? value instanceof Zeros || (value instanceof Constant constant && constant.isZero())
            : node.attribute("value") == null
                || OnnxNode.constant(node.name(), node.attribute("value").getT()).isZero();
    if (zeros) {
      return new Zeros();
    }
    if (node.operator().equals("Expand")
        && (value instanceof State || value instanceof Dimensions)) {
      return new State();
    }
    throw node.refused("repeats something else than zeros");
  }

  private OnnxValue transposed(OnnxNode node) {
    OnnxValue value = required(node, 0);
    List<Long> permutation = node.integers("perm");
    return switch (value) {
      case Signal signal -> {
        int rank = signal.groups().size();
        if (permutation == null) {
          yield signal.with(signal.groups().reversed());
        }
        if (permutation.size() != rank || new HashSet<>(permutation).size() != rank) {
          throw node.refused("permutes %s of %d dimensions".formatted(permutation, rank));
        }
        yield signal.with(
            permutation.stream()
                .map(axis -> signal.groups().get(place(node, axis, rank)))
                .toList());
      }
      case Constant constant
          when constant.floats() != null
              && constant.sizes().size() == 2
              && (permutation == null || permutation.equals(List.of(1L, 0L))) -> {
        allocate(node, constant.floats().length);
        yield new Constant(
            constant.sizes().reversed(),
            GateRows.transposed(
                constant.floats(), constant.sizes().get(0), constant.sizes().get(1)),
            null);
      }
      case State state -> state;
      case Zeros zeros -> zeros;
      default -> throw unsupported(node);
    };
  }

  private OnnxValue squeezed(OnnxNode node) {
    List<Long> axes = integers(node, "axes", 1);
    return switch (required(node, 0)) {
      case Signal signal -> signal.with(squeezed(node, signal.groups(), axes));
      case Constant constant -> {
        List<Integer> sizes = new ArrayList<>(constant.sizes());
        if (axes == null) {
          sizes.removeIf(size -> size == 1);
        } else {
          for (int place : descending(node, axes, sizes.size())) {
            if (sizes.get(place) != 1) {
              throw node.refused("removes a dimension that is not 1");
            }
            sizes.subList(place, place + 1).clear();
          }
        }
        yield new Constant(sizes, constant.floats(), constant.integers());
      }
      case OnnxValue other -> other;
    };
  }

  private static List<List<Axis>> squeezed(
      OnnxNode node, List<List<Axis>> groups, List<Long> axes) {
    List<List<Axis>> rest = new ArrayList<>(groups);
    if (axes == null) {
      rest.removeIf(OnnxGraphReader::isOne);
      return rest;
    }
    for (int place : descending(node, axes, rest.size())) {
      if (!isOne(rest.remove(place))) {
        throw node.refused("removes dimension %d, which may be more than 1".formatted(place));
      }
    }
    return rest;
  }

  private static boolean isOne(List<Axis> group) {
    return group.stream().allMatch(axis -> axis.size() == 1);
  }

  private static List<Integer> descending(OnnxNode node, List<Long> axes, int rank) {
    return axes.stream()
        .map(axis -> place(node, axis, rank))
        .distinct()
        .sorted(Collections.reverseOrder())
        .toList();
  }

  private OnnxValue unsqueezed(OnnxNode node) {
    List<Long> axes = integers(node, "axes", 1);
    OnnxValue value = required(node, 0);
    if (axes == null) {
      throw node.refused("lacks its axes");
    }
    return switch (value) {
      case Signal signal -> {
        int rank = signal.groups().size() + axes.size();
        checkRank(node, rank);
        List<List<Axis>> groups = new ArrayList<>(signal.groups());
        for (int place : descending(node, axes, rank).reversed()) {
          groups.add(Math.min(place, groups.size()), List.of());
        }
        yield signal.with(groups);
      }
      case Constant constant -> {
        int rank = constant.sizes().size() + axes.size();
        checkRank(node, rank);
        List<Integer> sizes = new ArrayList<>(constant.sizes());
        for (int place : descending(node, axes, rank).reversed()) {
          sizes.add(Math.min(place, sizes.size()), 1);
        }
        yield new Constant(sizes, constant.floats(), constant.integers());
      }
      case OnnxValue other -> other;
    };
  }

  private static void checkRank(OnnxNode node, int rank) {
    if (rank > MOST_DIMENSIONS) {
      throw node.refused("makes %d dimensions, more than a GRU needs".formatted(rank));
    }
  }

  private OnnxValue reshaped(OnnxNode node) {
    List<Dimension> sizes =
        node.integers("shape") != null
            ? node.integers("shape").stream().map(size -> new Dimension(null, size)).toList()
            : dimensions(node, required(node, 1));
    checkRank(node, sizes.size());
    return switch (required(node, 0)) {
      case Signal signal -> signal.with(new OnnxReshape(node, signal.groups()).to(sizes));
      case Constant constant -> {
        long count = 1;
        List<Integer> fixed = new ArrayList<>();
        for (Dimension size : sizes) {
          if (size.axes() != null || size.size() < 1 || size.size() > Integer.MAX_VALUE) {
            throw node.refused("gives weights a shape that is not fixed");
          }
          fixed.add((int) size.size());
          count = Math.min(count * size.size(), Integer.MAX_VALUE);
        }
        int present =
            constant.floats() == null ? constant.integers().length : constant.floats().length;
        if (count != present) {
          throw node.refused("gives %d weights the shape %s".formatted(present, fixed));
        }
        yield new Constant(fixed, constant.floats(), constant.integers());
      }
      case Dimensions dimensions -> dimensions;
      case State state -> state;
      case Zeros zeros -> zeros;
    };
  }

  private static List<Dimension> dimensions(OnnxNode node, OnnxValue value) {
    return switch (value) {
      case Dimensions dimensions -> dimensions.sizes();
      case Constant constant
          when constant.integers() != null && constant.integers().length <= MOST_DIMENSIONS ->
          Arrays.stream(constant.integers()).mapToObj(size -> new Dimension(null, size)).toList();
      default -> throw node.refused("needs a constant shape, or one made of other shapes");
    };
  }

  // ---- Parts and wholes ----

  private OnnxValue concatenated(OnnxNode node) {
    List<OnnxValue> parts =
        IntStream.range(0, Math.min(node.proto().getInputCount(), 2 * MOST_DIMENSIONS))
            .mapToObj(place -> required(node, place))
            .toList();
    if (parts.size() < node.proto().getInputCount()) {
      throw node.refused("has too many inputs");
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    if (parts.stream().anyMatch(part -> part instanceof State)) {
      return new State();
    }
    if (parts.stream().allMatch(part -> part instanceof Zeros)) {
      return new Zeros();
    }
    if (parts.stream()
        .allMatch(part -> part instanceof Constant constant && constant.floats() != null)) {
      return joined(node, parts.stream().map(Constant.class::cast).toList());
    }
    if (parts.stream().allMatch(part -> part instanceof Dimensions || part instanceof Constant)) {
      List<Dimension> all =
          parts.stream().flatMap(part -> dimensions(node, part).stream()).toList();
      checkRank(node, all.size());
      return new Dimensions(all);
    }
    return concatenated(node, parts);
  }

  private static OnnxValue concatenated(OnnxNode node, List<OnnxValue> parts) {
    List<Signal> signals = new ArrayList<>();
    for (OnnxValue part : parts) {
      if (!(part instanceof Signal signal) || signal.isInput()) {
        throw node.refused("joins other data than the outputs of layers");
      }
      signals.add(signal);
    }
    Signal first = signals.getFirst();
    int axis = place(node, node.integer("axis", 0), first.groups().size());
    boolean units = first.groups().get(axis).equals(List.of(first.unit()));
    boolean walks = first.groups().get(axis).isEmpty();
    if (signals.stream().allMatch(Signal::last) && !units) {
      return new State(); // final states of several layers
    }
    if (signals.size() != 2 || (!units && !walks)) {
      throw node.refused("joins other data than the two directions of a layer");
    }
    Axis walk = new Axis(2);
    Signal whole = merged(node, first, signals.getLast(), Merge.CONCAT);
    List<List<Axis>> groups = new ArrayList<>(whole.groups());
    groups.set(axis, units ? List.of(walk, whole.unit()) : List.of(walk));
    return whole.with(whole.lastLayer(), walk, groups);
  }

  private Constant joined(OnnxNode node, List<Constant> parts) {
    Constant first = parts.getFirst();
    int rank = first.sizes().size();
    if (rank == 0 || place(node, node.integer("axis", 0), rank) != 0) {
      throw node.refused("joins weights other than by their first dimension");
    }
    long rows = 0;
    long size = 0;
    for (Constant part : parts) {
      if (part.sizes().size() != rank
          || !part.sizes().subList(1, rank).equals(first.sizes().subList(1, rank))) {
        throw node.refused("joins weights of different shapes");
      }
      rows += part.sizes().getFirst();
      size += part.floats().length;
    }
    float[] all = allocate(node, size);
    int at = 0;
    for (Constant part : parts) {
      System.arraycopy(part.floats(), 0, all, at, part.floats().length);
      at += part.floats().length;
    }
    List<Integer> sizes = new ArrayList<>(first.sizes());
    sizes.set(0, Math.toIntExact(rows));
    return new Constant(sizes, all, null);
  }

  private void split(OnnxNode node) {
    int parts = node.proto().getOutputCount();
    OnnxValue value = required(node, 0);
    if (value instanceof State || (value instanceof Signal signal && signal.isInput())) {
      node.proto().getOutputList().forEach(output -> values.put(output, new State()));
      return;
    }
    if (!(value instanceof Signal signal) || signal.walk() == null || parts != 2) {
      throw unsupported(node);
    }
    int axis = place(node, node.integer("axis", 0), signal.groups().size());
    List<Axis> group = signal.groups().get(axis);
    int half = Math.max(1, group.stream().mapToInt(Axis::size).reduce(1, (a, b) -> a * b) / 2);
    List<Long> sizes = integers(node, "split", 1);
    if ((!group.equals(List.of(signal.walk())) && !group.equals(signal.features()))
        || (sizes != null && !sizes.equals(List.of((long) half, (long) half)))) {
      throw node.refused("splits something else than the two directions of a layer");
    }
    for (int walk = 0; walk < 2; walk++) {
      List<List<Axis>> groups = new ArrayList<>(signal.groups());
      groups.set(axis, group.subList(1, group.size()));
      values.put(node.output(walk), walk(signal, walk, groups));
    }
  }

  private OnnxValue sliced(OnnxNode node) {
    List<Long> starts = integers(node, "starts", 1);
    List<Long> ends = integers(node, "ends", 2);
    List<Long> axes = integers(node, "axes", 3);
    List<Long> steps = integers(node, "steps", 4);
    OnnxValue value = required(node, 0);
    if (value instanceof State || (value instanceof Signal signal && signal.isInput())) {
      return new State();
    }
    if (starts == null
        || starts.size() != 1
        || ends == null
        || ends.size() != 1
        || (axes != null && axes.size() != 1)
        || (steps != null && steps.size() != 1)) {
      throw node.refused("slices more than one dimension");
    }
    long axis = axes == null ? 0 : axes.getFirst();
    long step = steps == null ? 1 : steps.getFirst();
    long start = starts.getFirst();
    long end = ends.getFirst();
    return switch (value) {
      case Signal signal -> sliced(node, signal, axis, start, end, step);
      case Dimensions dimensions when step == 1 && axis == 0 -> {
        int size = dimensions.sizes().size();
        int from = bounded(start, size);
        yield new Dimensions(dimensions.sizes().subList(from, Math.max(from, bounded(end, size))));
      }
      case Constant constant when step == 1 && constant.floats() != null -> {
        if (constant.sizes().isEmpty() || place(node, axis, constant.sizes().size()) != 0) {
          throw node.refused("slices weights other than by their first dimension");
        }
        int rows = constant.sizes().getFirst();
        int from = bounded(start, rows);
        int to = Math.max(from, bounded(end, rows));
        int row = rows == 0 ? 0 : constant.floats().length / rows;
        float[] part = allocate(node, (long) (to - from) * row);
        System.arraycopy(constant.floats(), from * row, part, 0, part.length);
        List<Integer> sizes = new ArrayList<>(constant.sizes());
        sizes.set(0, to - from);
        yield new Constant(sizes, part, null);
      }
      default -> throw unsupported(node);
    };
  }

  private static int bounded(long place, int size) {
    return Math.clamp(place < 0 ? place + size : place, 0, size);
  }

  private static OnnxValue sliced(
      OnnxNode node, Signal signal, long axis, long start, long end, long step) {
    int place = place(node, axis, signal.groups().size());
    List<Axis> group = signal.groups().get(place);
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    groups.set(place, List.of());
    if (signal.walk() != null && group.equals(List.of(signal.walk())) && step == 1) {
      int from = bounded(start, 2);
      if (bounded(end, 2) == from + 1) {
        return walk(signal, from, groups);
      }
    }
    if (!group.isEmpty() && group.equals(signal.time()) && !signal.last()) {
      if (step == -1 && start == -1 && end <= -Integer.MAX_VALUE) {
        return signal.backwards();
      }
      if (step == 1 && start == -1 && end >= Integer.MAX_VALUE) {
        return signal.ofLast(groups);
      }
    }
    throw node.refused(
        "takes a part that is neither a direction, nor the last step, nor all steps backwards");
  }

  private OnnxValue gathered(OnnxNode node) {
    OnnxValue data = required(node, 0);
    OnnxValue indices = required(node, 1);
    if (data instanceof Constant rows && indices instanceof Signal signal) {
      if (!signal.isInput() || signal.input().tokens() > 0 || rows.floats() == null) {
        throw unsupported(node);
      }
      if (rows.sizes().size() != 2 || node.integer("axis", 0) != 0) {
        throw node.refused("picks other things than rows of a matrix");
      }
      return embedded(node, signal, rows, signal.groups());
    }
    if (data instanceof State || (data instanceof Signal signal && signal.isInput())) {
      return new State();
    }
    if (!(indices instanceof Constant constant)
        || constant.integers() == null
        || constant.integers().length != 1) {
      throw node.refused("needs one constant index, or tokens");
    }
    long index = constant.integers()[0];
    return switch (data) {
      case Signal signal -> gathered(node, signal, index, !constant.sizes().isEmpty());
      case Constant integers when integers.integers() != null && integers.sizes().size() == 1 ->
          new Constant(
              constant.sizes(),
              null,
              new long[] {integers.integers()[place(node, index, integers.integers().length)]});
      default -> {
        List<Dimension> sizes = dimensions(node, data);
        yield new Dimensions(List.of(sizes.get(place(node, index, sizes.size()))));
      }
    };
  }

  private static OnnxValue gathered(OnnxNode node, Signal signal, long index, boolean keep) {
    int place = place(node, node.integer("axis", 0), signal.groups().size());
    List<Axis> group = signal.groups().get(place);
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    if (keep) {
      groups.set(place, List.of());
    } else {
      groups.remove(place);
    }
    if (signal.walk() != null && group.equals(List.of(signal.walk()))) {
      return walk(signal, place(node, index, 2), groups);
    }
    if (!group.isEmpty() && group.equals(signal.time()) && index == -1 && !signal.last()) {
      return signal.ofLast(groups);
    }
    throw node.refused("picks neither a direction nor the last step");
  }
}
