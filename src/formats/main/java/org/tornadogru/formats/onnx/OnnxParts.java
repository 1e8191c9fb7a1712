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
import org.tornadogru.formats.onnx.OnnxValue.Repeated;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
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
    if (parts.stream().allMatch(part -> part instanceof State || isZeros(node, part))
        && parts.stream().anyMatch(part -> part instanceof State)) {
      Set<String> inputs =
          parts.stream()
              .flatMap(part -> part instanceof State s ? s.inputs().stream() : Stream.empty())
              .collect(Collectors.toSet());
      scope.charge(node, (long) ENTRY * inputs.size());
      return new State(inputs);
    }
    if (parts.getFirst() instanceof Repeated zeros
        && parts.stream().allMatch(part -> isZeros(node, part))) {
      return new Repeated(zeros.constant());
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

  private boolean isZeros(OnnxNode node, OnnxValue value) {
    return value instanceof Repeated repeated && scope.isZero(node, repeated.constant());
  }

  private OnnxValue concatenated(OnnxNode node, List<OnnxValue> parts) {
    List<Signal> signals = new ArrayList<>();
    for (OnnxValue part : parts) {
      if (part instanceof Finals finals && finals.inner() == 0 && node.integer("axis", 0) == 0) {
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
  static OnnxValue finals(OnnxNode node, List<Signal> walks) {
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
    if (value instanceof State) {
      return value;
    }
    if (value instanceof Signal signal && signal.isInput()) {
      return new State(Set.of(signal.input().name()));
    }
    int count = starts == null ? 0 : starts.size();
    if (count == 0
        || ends == null
        || ends.size() != count
        || (axes != null && axes.size() != count)
        || (steps != null && steps.size() != count)) {
      throw node.refused("lacks a start or an end for each of its axes");
    }
    for (int place = 0; place < count; place++) {
      value =
          sliced(
              node,
              value,
              axes == null ? place : axes.get(place),
              starts.get(place),
              ends.get(place),
              steps == null ? 1 : steps.get(place));
    }
    return value;
  }

  private OnnxValue sliced(
      OnnxNode node, OnnxValue value, long axis, long start, long end, long step) {
    return switch (value) {
      case Signal signal -> sliced(node, signal, axis, start, end, step);
      case Finals finals when step == 1 && axis == 0 -> {
        int each = Math.max(1, finals.inner());
        int size = finals.walks().size() / each;
        int from = bounded(start, size);
        int to = bounded(end, size);
        if (to <= from) {
          throw node.refused("leaves nothing of the final states");
        }
        List<Signal> part = finals.walks().subList(each * from, each * to);
        yield finals.inner() > 0 ? new Finals(part, each) : finals(node, part);
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
        yield rows(node, constant, start, end);
      }
      case Repeated repeated when repeated.isUniform() -> repeated.arranged(node);
      case Repeated(Constant constant, var sizes) when step == 1 && axis == 0 ->
          new Repeated(
              constant.sizes().getFirst() == 1 ? constant : rows(node, constant, start, end));
      default -> throw node.unsupported();
    };
  }

  private Constant rows(OnnxNode node, Constant constant, long start, long end) {
    int rows = constant.sizes().getFirst();
    int from = bounded(start, rows);
    int to = Math.max(from, bounded(end, rows));
    scope.charge(node, rows == 0 ? 0 : (long) (to - from) * (constant.size() / rows));
    return constant.rows(from, to);
  }

  static int bounded(long place, int size) {
    return Math.clamp(place < 0 ? place + size : place, 0, size);
  }

  private static OnnxValue sliced(
      OnnxNode node, Signal signal, long axis, long start, long end, long step) {
    int place = node.place(axis, signal.groups().size());
    List<Axis> group = signal.groups().get(place);
    List<List<Axis>> groups = new ArrayList<>(signal.groups());
    groups.set(place, List.of());
    if (!group.isEmpty() && group.equals(signal.time()) && signal.ofEachStep()) {
      if (step == -1 && start == -1 && end <= -Integer.MAX_VALUE) {
        return signal.backwards();
      }
      if (step == 1 && start == -1 && end >= Integer.MAX_VALUE) {
        return signal.of(Usage.Steps.LAST, groups);
      }
    }
    int size = OnnxValue.size(group);
    int from = size == 0 ? -1 : bounded(start, size);
    int to = bounded(end, size);
    boolean all = size == 0 ? start == 0 && end >= Integer.MAX_VALUE : from == 0 && to == size;
    if (all && step == 1) {
      return signal;
    }
    boolean walks =
        signal.walk() != null
            && (group.equals(List.of(signal.walk())) || group.equals(signal.features()));
    if (walks && step == 1 && size > 0 && 2 * (to - from) == size && (from == 0 || to == size)) {
      groups.set(place, group.subList(1, group.size()));
      return OnnxDirections.walk(signal, from == 0 ? 0 : 1, groups);
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
    if (data instanceof Repeated repeated && repeated.isUniform()) {
      return repeated.arranged(node);
    }
    if (data instanceof State) {
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
        if (finals.inner() > 0 && constant.sizes().isEmpty()) {
          int from = finals.inner() * node.place(index, finals.walks().size() / finals.inner());
          yield finals(node, finals.walks().subList(from, from + finals.inner()));
        }
        if (finals.inner() > 0) {
          throw node.unsupported();
        }
        Signal walk = finals.walks().get(node.place(index, finals.walks().size()));
        yield constant.sizes().isEmpty()
            ? walk.with(walk.groups().subList(1, walk.groups().size()))
            : walk;
      }
      case Constant floats when floats.floats() != null -> row(node, floats, index, constant);
      case Repeated(Constant floats, var sizes) -> new Repeated(row(node, floats, index, constant));
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

  /** A row of weights; as several of them if the index is one of several. */
  private Constant row(OnnxNode node, Constant weights, long index, Constant indices) {
    List<Integer> sizes = weights.sizes();
    if (sizes.isEmpty() || node.integer("axis", 0) != 0) {
      throw node.refused("picks weights other than by their first dimension");
    }
    int place = node.place(index, sizes.getFirst());
    Constant row = rows(node, weights, place, place + 1);
    return indices.sizes().isEmpty() ? row.reshaped(sizes.subList(1, sizes.size())) : row;
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
    if (OnnxShapes.isOne(group) && (index == 0 || index == -1)) {
      return keep ? signal : signal.with(groups);
    }
    throw node.refused("picks neither a direction nor the last step");
  }
}
