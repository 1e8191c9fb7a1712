package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.Tensor;

/** The operators that compute with the outputs of layers: the linear layer and what is around. */
record OnnxArithmetic(OnnxScope scope) {

  /** Behind a GRU. */
  private static final int MOST_LAYERS = 1000;

  OnnxValue linear(OnnxNode node) {
    if (!(scope.required(node, 0) instanceof Signal signal)) {
      throw node.unsupported();
    }
    if (!signal.isOpen() && (signal.linear() == null || signal.head().function() == null)) {
      throw node.refused(
          "stands behind an activation that is no dense layer's: only one of a linear layer, of each value by itself, is supported");
    }
    Constant weights = scope.weights(node, 1, 2);
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
      return OnnxTokens.embedded(node, signal, weights, transposed);
    }
    int size = OnnxValue.size(signal.features());
    List<Axis> features = signal.groups().isEmpty() ? List.of() : signal.groups().getLast();
    if (!features.equals(signal.features()) || size != inputs || outputs == 0) {
      throw node.refused(
          "takes %d features but not the %d of the last layer, forward before reverse"
              .formatted(inputs, size));
    }
    if (signal.head().layers().hidden().size() == MOST_LAYERS) {
      throw node.refused("is behind %d others: no model has more".formatted(MOST_LAYERS));
    }
    scope.charge(node, outputs + (transposed ? 0L : weights.size()));
    Tensor rows = transposed ? weights.floats() : GateRows.transposed(weights.floats());
    Tensor bias =
        node.operator().equals("Gemm") && scope.optional(node, 2) != null
            ? bias(node, scope.required(node, 2), outputs)
            : Tensor.of("", List.of(outputs), place -> 0);
    Axis unit = new Axis(outputs);
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    groups.set(groups.size() - 1, List.of(unit));
    return signal.with(signal.head().then(new LinearWeights(rows, bias)), unit, groups);
  }

  private static Tensor bias(OnnxNode node, OnnxValue value, int size) {
    if (value instanceof Constant constant
        && constant.floats() != null
        && constant.size() == size
        && (constant.sizes().isEmpty() || constant.sizes().getLast() == size)) {
      return constant.floats().reshaped(List.of(size));
    }
    throw node.refused("adds something else than a bias of %d values".formatted(size));
  }

  OnnxValue combined(OnnxNode node) {
    if (node.proto().getInputCount() != 2) {
      throw node.refused("has %d inputs: expected 2".formatted(node.proto().getInputCount()));
    }
    OnnxValue left = scope.required(node, 0);
    OnnxValue right = scope.required(node, 1);
    String operator = node.operator();
    if (left instanceof Signal first && right instanceof Signal second && !first.isInput()) {
      return switch (operator) {
        case "Add", "Sum" -> OnnxDirections.merged(node, first, second, Merge.SUM);
        case "Mean" -> OnnxDirections.merged(node, first, second, Merge.AVERAGE);
        case "Mul" -> OnnxDirections.merged(node, first, second, Merge.MULTIPLY);
        default -> throw node.unsupported();
      };
    }
    boolean swap = left instanceof Constant && !operator.equals("Div");
    if ((swap ? right : left) instanceof Signal signal
        && (swap ? left : right) instanceof Constant number
        && !signal.isInput()
        && signal.isOpen()) {
      return withConstant(node, signal, number);
    }
    throw node.unsupported();
  }

  private OnnxValue withConstant(OnnxNode node, Signal signal, Constant number) {
    String operator = node.operator();
    if (operator.equals("Add") && signal.linear() != null) {
      LinearWeights linear = signal.linear();
      Tensor bias = bias(node, number, linear.outputs());
      scope.charge(node, bias.size());
      Tensor sum = Tensor.of("", bias.shape(), place -> linear.bias().at(place) + bias.at(place));
      return signal.with(signal.head().with(new LinearWeights(linear.weight(), sum)));
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

  /** A function of each value behind the last layer. */
  OnnxValue activated(OnnxNode node, ActivationFunction.Kind kind) {
    ActivationFunction usual = ActivationFunction.of(kind);
    ActivationFunction function =
        new ActivationFunction(
            kind, node.number("alpha", usual.alpha()), node.number("beta", usual.beta()));
    boolean output = kind == ActivationFunction.Kind.SIGMOID;
    return activated(node, function, output ? OutputActivation.SIGMOID : null);
  }

  /** A function of whole outputs behind the last layer. */
  OnnxValue activated(OnnxNode node, OutputActivation function) {
    return activated(node, null, function);
  }

  /** Softmax must be over the features of an output. */
  private OnnxValue activated(
      OnnxNode node, ActivationFunction function, OutputActivation activation) {
    if (!(scope.required(node, 0) instanceof Signal signal) || signal.isInput()) {
      throw node.refused("does not stand behind a GRU");
    }
    if (!signal.isOpen()) {
      throw node.refused("is a second activation: only one behind the last layer is supported");
    }
    if (function == null) {
      // Before opset 13 all dimensions from the axis on were one.
      int axis =
          node.place(node.integer("axis", scope.opset() < 13 ? 1 : -1), signal.groups().size());
      if (axis != signal.groups().size() - 1
          || !signal.groups().getLast().equals(signal.features())) {
        throw node.refused(
            "is over axis %d: only over the features of an output is supported".formatted(axis));
      }
    }
    return signal.with(signal.head().then(function, activation));
  }
}
