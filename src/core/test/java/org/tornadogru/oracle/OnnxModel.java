package org.tornadogru.oracle;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An ONNX model in the making. */
public final class OnnxModel {
  private static final int OPSET = 14;
  private static final int IR_VERSION = 7; // the one that goes with opset 14

  private final GraphProto.Builder graph;

  public OnnxModel(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  public OnnxModel input(String name, TensorProto.DataType type, long... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  public OnnxModel output(String name, TensorProto.DataType type, long... shape) {
    graph.addOutput(value(name, type, shape));
    return this;
  }

  /** Weights that are part of the model, so that the runtime may rearrange them once. */
  public OnnxModel constant(String name, float[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addAllDims(dimensions(shape));
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  public OnnxModel constant(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /**
   * Adds an operator.
   *
   * @param inputs names of values; an empty name is an input left out
   * @param outputs names of values, likewise
   * @param attributes integers, floats, strings, or lists of one of them; or a tensor
   */
  public OnnxModel node(
      String operator, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).addAllInput(inputs).addAllOutput(outputs);
    attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
    graph.addNode(node);
    return this;
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Integer i -> attribute.setType(AttributeType.INT).setI(i);
      case Float f -> attribute.setType(AttributeType.FLOAT).setF(f);
      case String s -> attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
      case TensorProto tensor -> attribute.setType(AttributeType.TENSOR).setT(tensor);
      case List<?> list -> list.forEach(element -> add(attribute, element));
      default -> throw new IllegalArgumentException(name + " is " + value);
    }
    return attribute.build();
  }

  private static void add(AttributeProto.Builder attribute, Object element) {
    switch (element) {
      case Integer i -> attribute.setType(AttributeType.INTS).addInts(i);
      case Float f -> attribute.setType(AttributeType.FLOATS).addFloats(f);
      case String s ->
          attribute.setType(AttributeType.STRINGS).addStrings(ByteString.copyFromUtf8(s));
      default -> throw new IllegalArgumentException("a list of " + element);
    }
  }

  /** The model as an ONNX file's bytes. */
  public byte[] toByteArray() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long size : shape) {
      dimensions.addDimBuilder().setDimValue(size);
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dimensions).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static List<Long> dimensions(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
