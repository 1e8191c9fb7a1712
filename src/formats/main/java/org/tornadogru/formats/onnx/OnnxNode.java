package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * A node of a graph, and how to read its attributes.
 *
 * @param index its place in the graph, which names it if nothing else does
 */
record OnnxNode(NodeProto proto, int index) {

  static final int MOST_DIMENSIONS = 8;

  /** Integers are axes, sizes, places and lengths. */
  private static final int MOST_INTEGERS = 1 << 20;

  String operator() {
    return proto.getOpType();
  }

  String name() {
    return proto.getName().isEmpty() ? operator() + " " + index : proto.getName();
  }

  /** An input's name; empty if it is left out. */
  String input(int place) {
    return place < proto.getInputCount() ? proto.getInput(place) : "";
  }

  /** An output's name; empty if it is left out. */
  String output(int place) {
    return place < proto.getOutputCount() ? proto.getOutput(place) : "";
  }

  long integer(String attribute, long usual) {
    AttributeProto found = attribute(attribute);
    return found == null ? usual : found.getI();
  }

  float number(String attribute, float usual) {
    AttributeProto found = attribute(attribute);
    return found == null ? usual : found.getF();
  }

  String word(String attribute, String usual) {
    AttributeProto found = attribute(attribute);
    return found == null ? usual : found.getS().toStringUtf8();
  }

  /** Null if there is no such attribute. */
  List<Long> integers(String attribute) {
    AttributeProto found = attribute(attribute);
    return found == null ? null : found.getIntsList();
  }

  List<Float> numbers(String attribute) {
    AttributeProto found = attribute(attribute);
    return found == null ? List.of() : found.getFloatsList();
  }

  List<String> words(String attribute) {
    AttributeProto found = attribute(attribute);
    return found == null
        ? List.of()
        : found.getStringsList().stream().map(ByteString::toStringUtf8).toList();
  }

  AttributeProto attribute(String attribute) {
    for (AttributeProto found : proto.getAttributeList()) {
      if (found.getName().equals(attribute)) {
        return found;
      }
    }
    return null;
  }

  InvalidInputException refused(String why) {
    return new InvalidInputException(
        "node %s (%s) %s".formatted(Quoted.of(name()), Quoted.oneLine(operator()), why));
  }

  /** For an operator, or a use of it, that has no place around a GRU. */
  InvalidInputException unsupported() {
    return refused(
        "is not supported: a model is GRU nodes with Gather, OneHot, Squeeze, Unsqueeze, Transpose, Reshape, Concat, Split, Slice, Cast, Dropout, MatMul, Gemm, Add, Mul, Softmax, LogSoftmax, Sigmoid or an activation of dense layers around them");
  }

  /** An axis' place among so many dimensions: it counts from the end if it is negative. */
  int place(long axis, int dimensions) {
    long place = axis < 0 ? axis + dimensions : axis;
    if (place < 0 || place >= dimensions) {
      throw refused("has axis %d of %d dimensions".formatted(axis, dimensions));
    }
    return (int) place;
  }

  /** Refuses to make more dimensions than any model has. */
  void checkRank(int rank) {
    if (rank > MOST_DIMENSIONS) {
      throw refused("makes %d dimensions, more than a GRU needs".formatted(rank));
    }
  }

  /**
   * A tensor of the file.
   *
   * @throws InvalidInputException if its bytes are not those of its sizes
   */
  static Constant constant(String name, TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new InvalidInputException(
          "tensor %s lies in another file: save the model with its weights inside"
              .formatted(Quoted.of(name)));
    }
    if (tensor.getDimsCount() > MOST_DIMENSIONS) {
      throw new InvalidInputException(
          "tensor %s has %d dimensions, more than a GRU needs"
              .formatted(Quoted.of(name), tensor.getDimsCount()));
    }
    List<Integer> sizes = new ArrayList<>();
    long count = 1;
    for (long size : tensor.getDimsList()) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw new InvalidInputException(
            "tensor %s has an impossible shape".formatted(Quoted.of(name)));
      }
      sizes.add((int) size);
      count *= size; // at most 2^62 before the check below ends it
      if (count > Integer.MAX_VALUE) {
        throw new InvalidInputException(
            "tensor %s has more than 2^31 values".formatted(Quoted.of(name)));
      }
    }
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    int bytes = type == null ? 0 : bytes(type);
    if (bytes == 0) {
      throw new InvalidInputException(
          "tensor %s is of type %s: only floats and integers are supported"
              .formatted(Quoted.of(name), type == null ? tensor.getDataType() : type));
    }
    long present = tensor.hasRawData() ? tensor.getRawData().size() : listed(tensor, type);
    if (present != (tensor.hasRawData() ? bytes * count : count)) {
      throw new InvalidInputException(
          "tensor %s has shape %s but holds another number of values"
              .formatted(Quoted.of(name), sizes));
    }
    return values(tensor, type, sizes, (int) count);
  }

  private static int bytes(TensorProto.DataType type) {
    return switch (type) {
      case FLOAT, INT32 -> Integer.BYTES;
      case DOUBLE, INT64 -> Long.BYTES;
      case FLOAT16, BFLOAT16 -> Short.BYTES;
      case BOOL -> 1;
      default -> 0;
    };
  }

  private static int listed(TensorProto tensor, TensorProto.DataType type) {
    return switch (type) {
      case FLOAT -> tensor.getFloatDataCount();
      case DOUBLE -> tensor.getDoubleDataCount();
      case INT64 -> tensor.getInt64DataCount();
      default -> tensor.getInt32DataCount();
    };
  }

  private static Constant values(
      TensorProto tensor, TensorProto.DataType type, List<Integer> sizes, int count) {
    ByteBuffer raw =
        tensor.hasRawData()
            ? tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)
            : null;
    if (type == TensorProto.DataType.INT64
        || type == TensorProto.DataType.INT32
        || type == TensorProto.DataType.BOOL) {
      if (count > MOST_INTEGERS) {
        throw new InvalidInputException(
            "tensor %s has %d integers, more than a GRU needs"
                .formatted(Quoted.of(tensor.getName()), count));
      }
      long[] integers = new long[count];
      for (int i = 0; i < count; i++) {
        integers[i] =
            switch (type) {
              case INT64 -> raw == null ? tensor.getInt64Data(i) : raw.getLong();
              case INT32 -> raw == null ? tensor.getInt32Data(i) : raw.getInt();
              default -> raw == null ? tensor.getInt32Data(i) : raw.get();
            };
      }
      return new Constant(sizes, null, integers);
    }
    return Constant.of(
        Tensor.of(
            tensor.getName(),
            sizes,
            i ->
                switch (type) {
                  case FLOAT -> raw == null ? tensor.getFloatData(i) : raw.getFloat();
                  case DOUBLE -> (float) (raw == null ? tensor.getDoubleData(i) : raw.getDouble());
                  case FLOAT16 -> Float.float16ToFloat(half(tensor, raw, i));
                  default -> Float.intBitsToFloat(half(tensor, raw, i) << Short.SIZE);
                }));
  }

  private static short half(TensorProto tensor, ByteBuffer raw, int i) {
    return raw == null ? (short) tensor.getInt32Data(i) : raw.getShort();
  }
}
