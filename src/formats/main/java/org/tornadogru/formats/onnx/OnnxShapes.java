package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Dimension;
import org.tornadogru.formats.onnx.OnnxValue.Dimensions;
import org.tornadogru.formats.onnx.OnnxValue.Finals;
import org.tornadogru.formats.onnx.OnnxValue.Repeated;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
import org.tornadogru.nn.Tensor;

/**
 * The operators that arrange the dimensions of data and weights, and those that compute with
 * shapes.
 */
record OnnxShapes(OnnxScope scope) {

  OnnxValue shape(OnnxNode node) {
    List<Dimension> all =
        switch (scope.required(node, 0)) {
          case Signal signal ->
              signal.groups().stream().map(group -> new Dimension(group, 0)).toList();
          case Constant constant ->
              constant.sizes().stream().map(size -> new Dimension(null, size)).toList();
          case Repeated repeated when repeated.sizes() != null -> repeated.sizes();
          case Dimensions dimensions -> List.of(new Dimension(null, dimensions.sizes().size()));
          default -> throw node.unsupported();
        };
    int start = OnnxParts.bounded(node.integer("start", 0), all.size());
    int end = OnnxParts.bounded(node.integer("end", all.size()), all.size());
    return new Dimensions(all.subList(start, Math.max(start, end)));
  }

  /** What an operator repeats that makes one number, or a constant, as large as is wanted. */
  OnnxValue repeated(OnnxNode node) {
    OnnxValue value = scope.required(node, 0);
    return switch (node.operator()) {
      case "ConstantFill" -> new Repeated(single(node.number("value", 0)));
      case "ConstantOfShape" -> {
        List<Dimension> shape = OnnxScope.dimensions(node, value);
        if (node.attribute("value") == null) {
          yield new Repeated(single(0), shape);
        }
        Constant filling = OnnxNode.constant(node.name(), node.attribute("value").getT());
        if (filling.size() != 1) {
          throw node.refused("has a value that is not a single number");
        }
        yield filling.integers() == null
            ? new Repeated(filling, shape)
            : sizes(node, filling.integers()[0], shape);
      }
      default ->
          switch (value) {
            case Constant constant when constant.floats() != null -> repeated(node, constant);
            case Repeated repeated -> repeated(node, repeated.constant());
            case State state -> state;
            default -> throw node.refused("repeats something else than a constant");
          };
    };
  }

  /** By Expand or Tile: what is then the size of its dimensions of 1 does not matter. */
  private Repeated repeated(OnnxNode node, Constant constant) {
    List<Dimension> sizes = OnnxScope.dimensions(node, scope.required(node, 1));
    node.checkRank(sizes.size());
    int missing = Math.max(0, sizes.size() - constant.sizes().size());
    List<Integer> own = new ArrayList<>(Collections.nCopies(missing, 1));
    own.addAll(constant.sizes());
    boolean tiles = node.operator().equals("Tile");
    if (tiles
        && !IntStream.range(0, sizes.size())
            .allMatch(place -> own.get(place) == 1 || sizes.get(place).known() == 1)) {
      throw node.refused("repeats rows that differ");
    }
    return new Repeated(
        constant.reshaped(own), tiles || constant.size() > 1 ? null : List.copyOf(sizes));
  }

  private static Constant single(float value) {
    return Constant.of(Tensor.of("", List.of(), place -> value));
  }

  /** The same number several times, as what Expand leaves as it is. */
  private static Constant sizes(OnnxNode node, long value, List<Dimension> shape) {
    long count = shape.size() == 1 ? shape.getFirst().known() : 0;
    if (count < 1 || count > OnnxNode.MOST_DIMENSIONS) {
      throw node.refused("makes integers that are no sizes");
    }
    return new Constant(
        List.of((int) count), null, LongStream.generate(() -> value).limit(count).toArray());
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
      case Repeated repeated -> repeated.arranged(node);
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
      case Finals finals -> {
        if (finals.inner() != finals.walks().size() || !List.of(0L).equals(axes)) {
          throw node.unsupported();
        }
        yield OnnxParts.finals(node, finals.walks());
      }
      case Repeated repeated -> repeated.arranged(node);
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

  static boolean isOne(List<Axis> group) {
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
      case Repeated repeated -> repeated.arranged(node);
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
      case Repeated repeated -> repeated.arranged(node);
      case Finals finals -> split(node, finals, sizes);
    };
  }

  /** As in {@code h_n.view(L, D, N, H)}. */
  private static Finals split(OnnxNode node, Finals finals, List<Dimension> sizes) {
    int count = finals.walks().size();
    long inner = sizes.size() == 4 ? sizes.get(1).known() : 0;
    boolean splits =
        finals.inner() == 0
            && (inner == 1 || inner == 2)
            && (sizes.getFirst().size() == -1 || sizes.getFirst().known() == count / inner)
            && count % inner == 0;
    if (!splits) {
      throw node.refused("takes the final states of several layers apart other than by layer");
    }
    List<List<Axis>> each = finals.walks().getFirst().groups().subList(1, 3);
    if (!new OnnxReshape(node, each).to(sizes.subList(2, 4)).equals(each)) {
      throw node.refused("mixes the final states of several layers");
    }
    return new Finals(finals.walks(), (int) inner);
  }
}
