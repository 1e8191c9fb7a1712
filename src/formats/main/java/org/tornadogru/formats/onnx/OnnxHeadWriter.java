package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.List;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * The dense layers and the linear layer of a model, each a MatMul and an Add, with functions
 * between them.
 *
 * @param graph that they are added to
 */
record OnnxHeadWriter(OnnxGraphBuilder graph, Weights weights) {

  /**
   * Adds them.
   *
   * @param data what goes in
   * @return what comes out
   */
  String write(String data) {
    GruConfig config = weights.config();
    String values = data;
    for (int layer = 0; layer < config.dense().size(); layer++) {
      Dense dense = config.dense().get(layer);
      String name = "dense_" + layer;
      affine(values, name, weight(name), config.denseInputSize(layer), dense.size(), name);
      values = activated(name, dense.activation());
    }
    if (config.tied()) {
      graph.node("Transpose", List.of(OnnxWriter.TABLE), List.of("linear.weight"));
    }
    Tensor weight = config.tied() ? null : weight("linear");
    affine(values, "linear", weight, config.linearInputSize(), weights.outputs(), "logits");
    return "logits";
  }

  private Tensor tensor(String name) {
    return weights.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** [inputs][outputs]. */
  private Tensor weight(String name) {
    return GateRows.transposed(tensor(name + ".weight"));
  }

  /**
   * A linear layer.
   *
   * @param weight [inputs][outputs]; null if the graph has it already
   */
  private void affine(
      String data, String name, Tensor weight, int inputs, int outputs, String sums) {
    if (weight != null) {
      graph.constant(name + ".weight", List.of(weight), inputs, outputs);
    }
    String product = name.equals("linear") ? "product" : name + ".product";
    graph.constant(name + ".bias", List.of(tensor(name + ".bias")), outputs);
    graph.node("MatMul", List.of(data, name + ".weight"), List.of(product));
    graph.node("Add", List.of(product, name + ".bias"), List.of(sums));
  }

  /** A function of each value; the identity is none. */
  private String activated(String data, ActivationFunction function) {
    ActivationFunction.Kind kind = function.kind();
    if (function.equals(ActivationFunction.of(ActivationFunction.Kind.AFFINE))) {
      return data;
    }
    if (!OnnxActivation.isOperator(kind)) {
      throw new InvalidInputException(
          "ONNX has no operator for the activation %s of a dense layer: such a model can only be kept as %s"
              .formatted(function, ModelFormat.SAFETENSORS.ending()));
    }
    List<AttributeProto> attributes = new ArrayList<>();
    if (OnnxActivation.takesAlpha(kind)) {
      attributes.add(OnnxGraphBuilder.attribute("alpha", function.alpha()));
    }
    if (OnnxActivation.takesBeta(kind)) {
      attributes.add(OnnxGraphBuilder.attribute("beta", function.beta()));
    }
    graph.node(
        OnnxActivation.name(kind),
        List.of(data),
        List.of(data + ".values"),
        attributes.toArray(AttributeProto[]::new));
    return data + ".values";
  }
}
