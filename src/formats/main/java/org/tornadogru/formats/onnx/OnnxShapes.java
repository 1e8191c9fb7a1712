package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Dimension;
import org.tornadogru.formats.onnx.OnnxValue.Dimensions;
import org.tornadogru.formats.onnx.OnnxValue.Finals;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
import org.tornadogru.formats.onnx.OnnxValue.Zeros;

/**
 * The operators that arrange the dimensions of data and weights, and those that compute with
 * shapes.
 */
record OnnxShapes(OnnxScope scope) {

  OnnxValue shape(OnnxNode node) {
    return switch (scope.required(node, 0)) {
      case Signal signal ->
          new Dimensions(signal.groups().stream().map(group -> new Dimension(group, 0)).toList());
      case Constant constant ->
          new Dimensions(constant.sizes().stream().map(size -> new Dimension(null, size)).toList());
      default -> throw node.unsupported();
    };
  }

  OnnxValue filled(OnnxNode node) {
    OnnxValue value = scope.required(node, 0);
    boolean zeros =
        switch (node.operator()) {
          case "Expand" ->
              value instanceof Zeros
                  || (value instanceof Constant constant && scope.isZero(node, constant));
          case "ConstantFill" -> node.number("value", 0) == 0;
          default ->
              node.attribute("value") == null
                  || OnnxNode.constant(node.name(), node.attribute("value").getT()).isZero();
        };
    if (zeros) {
      return new Zeros();
    }
    if (node.operator().equals("Expand") && value instanceof State) {
      return value;
    }
    throw node.refused("repeats something else than zeros");
  }

  OnnxValue transposed(OnnxNode node) {
    OnnxValue value = scope.required(node, 0);
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
            permutation.stream().map(axis -> signal.groups().get(node.place(axis, rank))).toList());
      }
      case Constant constant
          when constant.floats() != null
              && constant.sizes().size() == 2
              && (permutation == null || permutation.equals(List.of(1L, 0L))) -> {
        scope.charge(node, constant.size());
        yield Constant.of(GateRows.transposed(constant.floats()));
      }
      case State state -> state;
      case Zeros zeros -> zeros;
      default -> throw node.unsupported();
    };
  }

  OnnxValue squeezed(OnnxNode node) {
    List<Long> axes = scope.integers(node, "axes", 1);
    return switch (scope.required(node, 0)) {
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
        yield constant.reshaped(sizes);
      }
      case Finals finals -> throw node.unsupported();
      case OnnxValue other -> other;
    };
  }

  private static List<List<Axis>> squeezed(
      OnnxNode node, List<List<Axis>> groups, List<Long> axes) {
    List<List<Axis>> rest = new ArrayList<>(groups);
    if (axes == null) {
      rest.removeIf(OnnxShapes::isOne);
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
        .map(axis -> node.place(axis, rank))
        .distinct()
        .sorted(Collections.reverseOrder())
        .toList();
  }

  OnnxValue unsqueezed(OnnxNode node) {
    List<Long> axes = scope.integers(node, "axes", 1);
    OnnxValue value = scope.required(node, 0);
    if (axes == null) {
      throw node.refused("lacks its axes");
    }
    return switch (value) {
      case Signal signal -> {
        int rank = signal.groups().size() + axes.size();
        node.checkRank(rank);
        List<List<Axis>> groups = new ArrayList<>(signal.groups());
        for (int place : descending(node, axes, rank).reversed()) {
          groups.add(Math.min(place, groups.size()), List.of());
        }
        yield signal.with(groups);
      }
      case Constant constant -> {
        int rank = constant.sizes().size() + axes.size();
        node.checkRank(rank);
        List<Integer> sizes = new ArrayList<>(constant.sizes());
        for (int place : descending(node, axes, rank).reversed()) {
          sizes.add(Math.min(place, sizes.size()), 1);
        }
        yield constant.reshaped(sizes);
      }
      case Finals finals -> throw node.unsupported();
      case OnnxValue other -> other;
    };
  }

  OnnxValue reshaped(OnnxNode node) {
    List<Dimension> sizes =
        node.integers("shape") != null
            ? node.integers("shape").stream().map(size -> new Dimension(null, size)).toList()
            : OnnxScope.dimensions(node, scope.required(node, 1));
    node.checkRank(sizes.size());
    if (node.integer("allowzero", 0) != 0 && sizes.stream().anyMatch(Dimension::isZero)) {
      throw node.refused("makes a dimension of size 0");
    }
    return switch (scope.required(node, 0)) {
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
        if (count != constant.size()) {
          throw node.refused("gives %d weights the shape %s".formatted(constant.size(), fixed));
        }
        yield constant.reshaped(fixed);
      }
      case Dimensions dimensions -> dimensions;
      case State state -> state;
      case Zeros zeros -> zeros;
      case Finals finals -> throw node.unsupported();
    };
  }
}
