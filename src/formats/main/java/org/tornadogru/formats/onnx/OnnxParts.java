package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Dimension;
import org.tornadogru.formats.onnx.OnnxValue.Dimensions;
import org.tornadogru.formats.onnx.OnnxValue.Finals;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
import org.tornadogru.formats.onnx.OnnxValue.Zeros;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/** The operators that take parts of data, weights and shapes, and that put them together. */
record OnnxParts(OnnxScope scope) {

  /** What an entry of a set takes, in values. */
  private static final int ENTRY = 16;

  OnnxValue concatenated(OnnxNode node) {
    List<OnnxValue> parts =
        IntStream.range(0, node.proto().getInputCount())
            .mapToObj(place -> scope.required(node, place))
            .toList();
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    if (parts.stream().allMatch(part -> part instanceof State || part instanceof Zeros)
        && parts.stream().anyMatch(part -> part instanceof State)) {
      Set<String> inputs =
          parts.stream()
              .flatMap(part -> part instanceof State s ? s.inputs().stream() : Stream.empty())
              .collect(Collectors.toSet());
      scope.charge(node, (long) ENTRY * inputs.size());
      return new State(inputs);
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
          parts.stream().flatMap(part -> OnnxScope.dimensions(node, part).stream()).toList();
      node.checkRank(all.size());
      return new Dimensions(all);
    }
    return concatenated(node, parts);
  }

  private OnnxValue concatenated(OnnxNode node, List<OnnxValue> parts) {
    List<Signal> signals = new ArrayList<>();
    for (OnnxValue part : parts) {
      if (part instanceof Finals finals && node.integer("axis", 0) == 0) {
        scope.charge(node, finals.walks().size());
        signals.addAll(finals.walks());
      } else if (part instanceof Signal signal && !signal.isInput()) {
        signals.add(signal);
      } else {
        throw node.refused("joins other data than the outputs of layers");
      }
    }
    Signal first = signals.getFirst();
    int axis = node.place(node.integer("axis", 0), first.groups().size());
    boolean units = first.groups().get(axis).equals(List.of(first.unit()));
    boolean walks = first.groups().get(axis).isEmpty();
    if (axis == 0
        && !units
        && first.groups().size() == 3
        && signals.stream().allMatch(OnnxParts::isFinal)) {
      return new Finals(signals.stream().flatMap(OnnxParts::eachWalk).toList());
    }
    if (signals.size() != 2 || (!units && !walks)) {
      throw node.refused("joins other data than the two directions of a layer");
    }
    Axis walk = new Axis(2);
    Signal whole = OnnxDirections.merged(node, first, signals.getLast(), Merge.CONCAT);
    List<List<Axis>> groups = new ArrayList<>(whole.groups());
    groups.set(axis, units ? List.of(walk, whole.unit()) : List.of(walk));
    return whole.with(whole.lastLayer(), walk, groups);
  }

  private static boolean isFinal(Signal signal) {
    return signal.steps() == Usage.Steps.FINAL_STATE
        && signal.linear() == null
        && signal.isOpen()
        && signal.groups().size() == 3;
  }

  private static Stream<Signal> eachWalk(Signal signal) {
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    groups.set(0, List.of());
    return signal.walk() == null || !signal.groups().getFirst().equals(List.of(signal.walk()))
        ? Stream.of(signal)
        : Stream.of(0, 1).map(walk -> OnnxDirections.walk(signal, walk, groups));
  }

  /** Some of several final states: one of them, both of a layer, or still several. */
  private static OnnxValue finals(OnnxNode node, List<Signal> walks) {
    if (walks.size() == 1) {
      return walks.getFirst();
    }
    if (walks.size() != 2 || walks.get(0).layers().size() != walks.get(1).layers().size()) {
      return new Finals(walks);
    }
    Axis walk = new Axis(2);
    Signal whole = OnnxDirections.merged(node, walks.getFirst(), walks.getLast(), Merge.CONCAT);
    List<List<Axis>> groups = new ArrayList<>(whole.groups());
    groups.set(0, List.of(walk));
    return whole.with(whole.lastLayer(), walk, groups);
  }

  private Constant joined(OnnxNode node, List<Constant> parts) {
    Constant first = parts.getFirst();
    int rank = first.sizes().size();
    if (rank == 0 || node.place(node.integer("axis", 0), rank) != 0) {
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
      size += part.size();
    }
    scope.charge(node, size);
    float[] all = new float[(int) size];
    int at = 0;
    for (Constant part : parts) {
      System.arraycopy(part.floats().values(), 0, all, at, part.size());
      at += part.size();
    }
    List<Integer> sizes = new ArrayList<>(first.sizes());
    sizes.set(0, Math.toIntExact(rows));
    return Constant.of(new Tensor("", sizes, all));
  }

  OnnxValue sliced(OnnxNode node) {
    List<Long> starts = scope.integers(node, "starts", 1);
    List<Long> ends = scope.integers(node, "ends", 2);
    List<Long> axes = scope.integers(node, "axes", 3);
    List<Long> steps = scope.integers(node, "steps", 4);
    OnnxValue value = scope.required(node, 0);
    if (value instanceof State || value instanceof Zeros) {
      return value;
    }
    if (value instanceof Signal signal && signal.isInput()) {
      return new State(Set.of(signal.input().name()));
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
      case Finals finals when step == 1 && axis == 0 -> {
        int size = finals.walks().size();
        int from = bounded(start, size);
        int to = bounded(end, size);
        if (to <= from) {
          throw node.refused("leaves nothing of the final states");
        }
        yield finals(node, finals.walks().subList(from, to));
      }
      case Dimensions dimensions when step == 1 && axis == 0 -> {
        int size = dimensions.sizes().size();
        int from = bounded(start, size);
        yield new Dimensions(dimensions.sizes().subList(from, Math.max(from, bounded(end, size))));
      }
      case Constant constant when step == 1 && constant.floats() != null -> {
        if (constant.sizes().isEmpty() || node.place(axis, constant.sizes().size()) != 0) {
          throw node.refused("slices weights other than by their first dimension");
        }
        int rows = constant.sizes().getFirst();
        int from = bounded(start, rows);
        int to = Math.max(from, bounded(end, rows));
        int row = rows == 0 ? 0 : constant.size() / rows;
        scope.charge(node, (long) (to - from) * row);
        List<Integer> sizes = new ArrayList<>(constant.sizes());
        sizes.set(0, to - from);
        yield Constant.of(Tensor.of("", sizes, place -> constant.floats().at(from * row + place)));
      }
      default -> throw node.unsupported();
    };
  }

  private static int bounded(long place, int size) {
    return Math.clamp(place < 0 ? place + size : place, 0, size);
  }

  private static OnnxValue sliced(
      OnnxNode node, Signal signal, long axis, long start, long end, long step) {
    int place = node.place(axis, signal.groups().size());
    List<Axis> group = signal.groups().get(place);
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    groups.set(place, List.of());
    if (signal.walk() != null && group.equals(List.of(signal.walk())) && step == 1) {
      int from = bounded(start, 2);
      if (bounded(end, 2) == from + 1) {
        return OnnxDirections.walk(signal, from, groups);
      }
    }
    if (!group.isEmpty() && group.equals(signal.time()) && signal.ofEachStep()) {
      if (step == -1 && start == -1 && end <= -Integer.MAX_VALUE) {
        return signal.backwards();
      }
      if (step == 1 && start == -1 && end >= Integer.MAX_VALUE) {
        return signal.of(Usage.Steps.LAST, groups);
      }
    }
    throw node.refused(
        "takes a part that is neither a direction, nor the last step, nor all steps backwards");
  }

  OnnxValue gathered(OnnxNode node) {
    OnnxValue data = scope.required(node, 0);
    OnnxValue indices = scope.required(node, 1);
    if (data instanceof Constant rows && indices instanceof Signal signal) {
      if (!signal.isInput() || signal.input().tokens() > 0 || rows.floats() == null) {
        throw node.unsupported();
      }
      if (rows.sizes().size() != 2 || node.integer("axis", 0) != 0) {
        throw node.refused("picks other things than rows of a matrix");
      }
      return OnnxTokens.embedded(node, signal, rows, signal.groups());
    }
    if (data instanceof State || data instanceof Zeros) {
      return data;
    }
    if (data instanceof Signal signal && signal.isInput()) {
      return new State(Set.of(signal.input().name()));
    }
    if (!(indices instanceof Constant constant)
        || constant.integers() == null
        || constant.integers().length != 1) {
      throw node.refused("needs one constant index, or tokens");
    }
    long index = constant.integers()[0];
    return switch (data) {
      case Signal signal -> gathered(node, signal, index, !constant.sizes().isEmpty());
      case Finals finals -> {
        if (node.integer("axis", 0) != 0) {
          throw node.unsupported();
        }
        Signal walk = finals.walks().get(node.place(index, finals.walks().size()));
        yield constant.sizes().isEmpty()
            ? walk.with(walk.groups().subList(1, walk.groups().size()))
            : walk;
      }
      case Constant integers when integers.integers() != null && integers.sizes().size() == 1 ->
          new Constant(
              constant.sizes(),
              null,
              new long[] {integers.integers()[node.place(index, integers.integers().length)]});
      default -> {
        List<Dimension> sizes = OnnxScope.dimensions(node, data);
        yield new Dimensions(List.of(sizes.get(node.place(index, sizes.size()))));
      }
    };
  }

  private static OnnxValue gathered(OnnxNode node, Signal signal, long index, boolean keep) {
    int place = node.place(node.integer("axis", 0), signal.groups().size());
    List<Axis> group = signal.groups().get(place);
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    if (keep) {
      groups.set(place, List.of());
    } else {
      groups.remove(place);
    }
    if (signal.walk() != null && group.equals(List.of(signal.walk()))) {
      return OnnxDirections.walk(signal, node.place(index, 2), groups);
    }
    if (!group.isEmpty() && group.equals(signal.time()) && index == -1 && signal.ofEachStep()) {
      return signal.of(Usage.Steps.LAST, groups);
    }
    throw node.refused("picks neither a direction nor the last step");
  }
}
