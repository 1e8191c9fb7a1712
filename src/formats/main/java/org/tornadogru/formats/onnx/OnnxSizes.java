package org.tornadogru.formats.onnx;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Dimension;
import org.tornadogru.formats.onnx.OnnxValue.Dimensions;

/** The operators that compute with sizes, as exporters have them in front of Reshape and Expand. */
record OnnxSizes(OnnxScope scope) {

  /** Whether all that a node takes are sizes. */
  boolean fit(OnnxNode node) {
    return IntStream.range(0, node.proto().getInputCount())
        .mapToObj(place -> scope.required(node, place))
        .allMatch(
            value ->
                value instanceof Dimensions
                    || (value instanceof Constant constant && constant.integers() != null));
  }

  /** Products of dimensions, or of numbers. */
  Dimensions product(OnnxNode node) {
    if (!node.operator().equals("Mul")) {
      throw node.unsupported();
    }
    List<Dimension> left = dimensions(node, 0);
    List<Dimension> right = dimensions(node, 1);
    return new Dimensions(
        places(node, left, right)
            .mapToObj(place -> product(node, at(left, place), at(right, place)))
            .toList());
  }

  private static Dimension product(OnnxNode node, Dimension left, Dimension right) {
    if (left.known() == 1 || right.known() == 1) {
      return left.known() == 1 ? right : left;
    }
    boolean numbers = left.axes() == null && right.axes() == null;
    if (numbers && Math.max(Math.abs(left.size()), Math.abs(right.size())) < Integer.MAX_VALUE) {
      return new Dimension(null, left.size() * right.size());
    }
    if (left.axes() == null || right.axes() == null) {
      throw node.refused("multiplies sizes by numbers");
    }
    return new Dimension(Stream.concat(left.axes().stream(), right.axes().stream()).toList(), 0);
  }

  /** 1 where two sizes are equal, otherwise 0. */
  Constant equal(OnnxNode node) {
    List<Dimension> left = dimensions(node, 0);
    List<Dimension> right = dimensions(node, 1);
    long[] equal =
        places(node, left, right)
            .mapToLong(place -> areEqual(node, at(left, place), at(right, place)) ? 1 : 0)
            .toArray();
    return new Constant(List.of(equal.length), null, equal);
  }

  private static boolean areEqual(OnnxNode node, Dimension left, Dimension right) {
    if (left.equals(right)) {
      return true;
    }
    if (left.known() == 0 ? right.known() >= 0 : right.known() == 0 && left.known() > 0) {
      throw node.refused("compares a size that is known only when the model runs");
    }
    return left.known() == right.known();
  }

  /** One of two sizes each. */
  Dimensions chosen(OnnxNode node) {
    if (!(scope.required(node, 0) instanceof Constant which) || which.integers() == null) {
      throw node.unsupported();
    }
    List<Dimension> left = dimensions(node, 1);
    List<Dimension> right = dimensions(node, 2);
    if (places(node, left, right).count() != which.integers().length) {
      throw node.refused("chooses of sizes of another number");
    }
    return new Dimensions(
        places(node, left, right)
            .mapToObj(place -> at(which.integers()[place] == 0 ? right : left, place))
            .toList());
  }

  private List<Dimension> dimensions(OnnxNode node, int place) {
    return OnnxScope.dimensions(node, scope.required(node, place));
  }

  /** Those of two lists, of which one may have a single size for all. */
  private static IntStream places(OnnxNode node, List<Dimension> left, List<Dimension> right) {
    int count = Math.max(left.size(), right.size());
    if (Stream.of(left, right).anyMatch(sizes -> sizes.size() != 1 && sizes.size() != count)) {
      throw node.refused("takes sizes of different numbers");
    }
    return IntStream.range(0, count);
  }

  private static Dimension at(List<Dimension> sizes, int place) {
    return sizes.get(sizes.size() == 1 ? 0 : place);
  }
}
