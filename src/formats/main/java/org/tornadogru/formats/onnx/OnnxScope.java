package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Dimension;
import org.tornadogru.formats.onnx.OnnxValue.Dimensions;
import org.tornadogru.nn.InvalidInputException;

/**
 * What the names of a graph stand for, as far as it has been read, and how the operators get at it.
 */
final class OnnxScope {

  /** Bytes of memory for a byte of a constant: itself, and what is made of it. */
  private static final int COPIES = 3;

  /** Constants that nodes make of constants may have this many times the values of the file. */
  private static final long LARGEST_EXPANSION = 8;

  private final Map<String, OnnxValue> values = new HashMap<>();
  private final long opset;
  private final long fileSize;
  private long constants;
  private long budget;

  /**
   * A scope with nothing in it.
   *
   * @param fileSize bytes of the file and of those beside it, which bound what is allocated
   * @param opset the version of the operators
   */
  OnnxScope(long fileSize, long opset) {
    this.opset = opset;
    this.fileSize = fileSize;
    budget = LARGEST_EXPANSION * fileSize / Float.BYTES + 1024;
    values.put("", null);
  }

  /** The version of the operators. */
  long opset() {
    return opset;
  }

  void put(String name, OnnxValue value) {
    values.put(name, value);
  }

  /**
   * A tensor of the file.
   *
   * @throws InvalidInputException if its bytes are not those of its sizes, or there is no room
   */
  Constant constant(String name, TensorProto tensor) {
    Constant constant = OnnxNode.constant(name, tensor);
    constants += constant.size() * (long) (constant.floats() == null ? Long.BYTES : Float.BYTES);
    FileBytes.requireRoom(fileSize + COPIES * constants);
    return constant;
  }

  void putIfAbsent(String name, OnnxValue value) {
    values.putIfAbsent(name, value);
  }

  /** Null if the name stands for nothing. */
  OnnxValue get(String name) {
    return values.get(name);
  }

  /** The value of a node's input, which must not be left out. */
  OnnxValue required(OnnxNode node, int place) {
    OnnxValue value = optional(node, place);
    if (value == null) {
      throw node.refused("lacks its input %d".formatted(place));
    }
    return value;
  }

  /** The value of a node's input; null if it is left out. */
  OnnxValue optional(OnnxNode node, int place) {
    String name = node.input(place);
    if (!values.containsKey(name)) {
      throw node.refused("reads %s before any node has made it".formatted(Quoted.of(name)));
    }
    return values.get(name);
  }

  /** The value of a node's input, which must be floats of so many dimensions. */
  Constant weights(OnnxNode node, int place, int dimensions) {
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
  List<Long> integers(OnnxNode node, String attribute, int place) {
    List<Long> integers = node.integers(attribute);
    if (integers != null) {
      return integers.size() <= OnnxNode.MOST_DIMENSIONS
          ? integers
          : refuseIntegers(node, attribute);
    }
    return switch (optional(node, place)) {
      case null -> null;
      case Constant constant
          when constant.integers() != null
              && constant.integers().length <= OnnxNode.MOST_DIMENSIONS ->
          Arrays.stream(constant.integers()).boxed().toList();
      case Dimensions dimensions
          when dimensions.sizes().stream().allMatch(size -> size.known() != 0) ->
          dimensions.sizes().stream().map(Dimension::known).toList();
      default -> refuseIntegers(node, attribute);
    };
  }

  private static List<Long> refuseIntegers(OnnxNode node, String what) {
    throw node.refused("needs constant %s".formatted(what));
  }

  /** A value that says a shape. */
  static List<Dimension> dimensions(OnnxNode node, OnnxValue value) {
    return switch (value) {
      case Dimensions dimensions -> dimensions.sizes();
      case Constant constant
          when constant.integers() != null
              && constant.integers().length <= OnnxNode.MOST_DIMENSIONS ->
          Arrays.stream(constant.integers()).mapToObj(size -> new Dimension(null, size)).toList();
      default -> throw node.refused("needs a constant shape, or one made of other shapes");
    };
  }

  /** Whether a constant has nothing but zeros; to look at all of it is accounted for, too. */
  boolean isZero(OnnxNode node, Constant constant) {
    charge(node, constant.size());
    return constant.isZero();
  }

  /** Accounts for weights that a node makes of others, as long as the file backs them. */
  void charge(OnnxNode node, long size) {
    budget -= size;
    if (budget < 0 || size > Integer.MAX_VALUE) {
      throw node.refused("makes more weights than a file of this size has");
    }
  }
}
