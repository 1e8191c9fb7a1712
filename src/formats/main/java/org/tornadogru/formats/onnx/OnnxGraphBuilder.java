package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.tornadogru.nn.Tensor;

/** A graph in the making: operators, constants, inputs and outputs. */
final class OnnxGraphBuilder {

  private final GraphProto.Builder graph;

  OnnxGraphBuilder(String name) {
    graph = GraphProto.newBuilder().setName(name);
  }

  GraphProto proto() {
    return graph.build();
  }

  /** An operator. */
  void node(
      String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(operator + "_" + outputs.getFirst())
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  /** A value in equal parts of one of its dimensions. */
  String[] parts(String value, int count, int axis, String prefix) {
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

  /** An attribute that is an integer. */
  static AttributeProto attribute(String name, long value) {
    return named(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  /** An attribute that is a float. */
  static AttributeProto attribute(String name, float value) {
    return named(name, AttributeProto.AttributeType.FLOAT).setF(value).build();
  }

  /** An attribute without a value yet. */
  static AttributeProto.Builder named(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /** A vector of integers. */
  void constant(String name, long... values) {
    integers(name, List.of((long) values.length), values);
  }

  /** Integers of any shape. */
  void integers(String name, List<Long> sizes, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addAllDims(sizes);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
  }

  /** Floats, in parts that lie one behind the other. */
  void constant(String name, List<Tensor> parts, int... sizes) {
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

  /** An input of the graph; its sizes are numbers, or names of those that are free. */
  void input(String name, TensorProto.DataType type, Object... sizes) {
    graph.addInput(value(name, type, sizes));
  }

  /** An output of floats, likewise. */
  void output(String name, Object... sizes) {
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
