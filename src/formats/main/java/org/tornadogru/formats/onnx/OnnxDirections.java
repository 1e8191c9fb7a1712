package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Repeated;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
import org.tornadogru.nn.Merge;

/** What takes the two directions of a layer apart, and what makes one layer of them. */
record OnnxDirections(OnnxScope scope) {

  void split(OnnxNode node) {
    int parts = node.proto().getOutputCount();
    OnnxValue value = scope.required(node, 0);
    OnnxValue part =
        switch (value) {
          case State state -> state;
          case Repeated repeated -> repeated.arranged(node);
          case Signal signal when signal.isInput() -> new State(Set.of(signal.input().name()));
          default -> null;
        };
    if (part != null) {
      node.proto().getOutputList().forEach(output -> scope.put(output, part));
      return;
    }
    if (!(value instanceof Signal signal) || signal.walk() == null || parts != 2) {
      throw node.unsupported();
    }
    int axis = node.place(node.integer("axis", 0), signal.groups().size());
    List<Axis> group = signal.groups().get(axis);
    int half = Math.max(1, OnnxValue.size(group) / 2);
    List<Long> sizes = scope.integers(node, "split", 1);
    if ((!group.equals(List.of(signal.walk())) && !group.equals(signal.features()))
        || (sizes != null && !sizes.equals(List.of((long) half, (long) half)))) {
      throw node.refused("splits something else than the two directions of a layer");
    }
    for (int walk = 0; walk < 2; walk++) {
      List<List<Axis>> groups = new ArrayList<>(signal.groups());
      groups.set(axis, group.subList(1, group.size()));
      scope.put(node.output(walk), walk(signal, walk, groups));
    }
  }

  /** One layer from its two directions. */
  static Signal merged(OnnxNode node, Signal first, Signal second, Merge merge) {
    boolean swap = isSingle(first) && first.lastLayer().walks().getFirst().reverse();
    Signal forward = swap && merge != Merge.CONCAT ? second : first;
    Signal reverse = swap && merge != Merge.CONCAT ? first : second;
    if (!isSingle(forward)
        || !isSingle(reverse)
        || forward.lastLayer().walks().getFirst().reverse()
        || !reverse.lastLayer().walks().getFirst().reverse()
        || forward.reversed()
        || reverse.reversed()
        || !forward.isOpen()
        || !reverse.isOpen()
        || forward.steps() != reverse.steps()
        || forward.layers().size() != reverse.layers().size()
        || !sameButLast(forward.layers(), reverse.layers())
        || !forward.time().equals(reverse.time())
        || !forward.batch().equals(reverse.batch())) {
      throw node.refused(
          "joins other data than those of one layer's forward and reverse direction");
    }
    Layer layer =
        new Layer(
            List.of(forward.lastLayer().walks().getFirst(), reverse.lastLayer().walks().getFirst()),
            merge);
    return forward.with(layer, null, forward.groups());
  }

  private static boolean isSingle(Signal signal) {
    return !signal.isInput() && signal.linear() == null && signal.lastLayer().walks().size() == 1;
  }

  private static boolean sameButLast(List<Layer> some, List<Layer> others) {
    return IntStream.range(0, some.size() - 1).allMatch(i -> some.get(i).equals(others.get(i)));
  }

  /** One direction of a layer that has two. */
  static Signal walk(Signal signal, int walk, List<List<Axis>> groups) {
    return signal.with(
        new Layer(List.of(signal.lastLayer().walks().get(walk)), Merge.CONCAT), null, groups);
  }
}
