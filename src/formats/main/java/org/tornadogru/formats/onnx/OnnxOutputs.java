package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tornadogru.formats.UndecidedException;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.formats.onnx.OnnxValue.Finals;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Usage;

/**
 * Which output of a graph is that of the model. Others may come along if they are on the way to it,
 * or are the states of its layers.
 *
 * @param names of the outputs that count
 */
record OnnxOutputs(List<String> names) {

  private static final int MOST = 256;

  /**
   * The outputs of a graph.
   *
   * @param chosen the only one that counts; empty for all
   */
  static OnnxOutputs of(GraphProto graph, Optional<String> chosen) {
    List<String> all = graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
    if (all.size() > MOST) {
      throw new InvalidInputException(
          "it has %d outputs, more than a GRU needs".formatted(all.size()));
    }
    chosen.ifPresent(
        name -> {
          if (!all.contains(name)) {
            throw new InvalidInputException(
                "it has no output %s but %s".formatted(Quoted.of(name), listed(all)));
          }
        });
    return new OnnxOutputs(chosen.map(List::of).orElse(all));
  }

  private static String listed(List<String> names) {
    return Quoted.oneLine(names.stream().map(Quoted::of).collect(Collectors.joining(", ")));
  }

  /** The nodes that the outputs depend on, in their order. */
  List<OnnxNode> nodes(GraphProto graph) {
    Set<String> needed = new HashSet<>(names);
    List<OnnxNode> nodes = new ArrayList<>();
    for (int index = graph.getNodeCount() - 1; index >= 0; index--) {
      NodeProto node = graph.getNode(index);
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        needed.addAll(node.getInputList());
        nodes.add(new OnnxNode(node, index));
      }
    }
    return nodes.reversed();
  }

  /**
   * The output of the model.
   *
   * @param value what a name stands for
   * @throws UndecidedException if there are two
   */
  Signal result(Function<String, OnnxValue> value) {
    Signal best = null;
    String bestName = null;
    for (String name : names) {
      if (value.apply(name) instanceof Signal signal
          && !signal.isInput()
          && (best == null || rank(signal) > rank(best))) {
        best = signal;
        bestName = name;
      }
    }
    if (best == null) {
      for (String name : names) {
        if (value.apply(name) instanceof Finals) {
          throw new InvalidInputException(
              "its output %s is the final states of several layers: only that of the last layer is supported"
                  .formatted(Quoted.of(name)));
        }
      }
      throw new InvalidInputException(
          "none of its outputs comes from a GRU node, as a sequence or the last step of one");
    }
    for (String name : names) {
      boolean along =
          switch (value.apply(name)) {
            case Signal signal -> !signal.isInput() && isAlong(signal, best);
            case Finals finals -> true;
            case null, default -> false;
          };
      if (!along) {
        throw new UndecidedException(
            "its outputs %s and %s are of different models: say which one counts"
                .formatted(Quoted.of(bestName), Quoted.of(name)),
            UndecidedException.Choice.OUTPUT);
      }
    }
    return best;
  }

  private static long rank(Signal signal) {
    return ((long) signal.layers().size() << Integer.SIZE)
        + 16L * signal.head().layers().hidden().size()
        + (signal.linear() == null ? 0 : 8)
        + (signal.isOpen() ? 0 : 4)
        + switch (signal.steps()) {
          case EACH -> 2;
          case LAST -> 1;
          case FINAL_STATE -> 0;
        };
  }

  /** Whether whoever has the one output has the other too. */
  private static boolean isAlong(Signal other, Signal best) {
    List<Layer> layers = other.layers();
    if (layers.size() > best.layers().size()) {
      return false;
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      if (!best.layers().get(layer).walks().containsAll(layers.get(layer).walks())) {
        return false;
      }
    }
    if (other.linear() == null && other.isOpen()) {
      return true;
    }
    boolean sameLinear =
        other.linear() == null
            ? best.linear() == null
            : best.linear() != null
                && other.head().layers().hidden().equals(best.head().layers().hidden())
                && FileWeights.haveSameValues(other.linear().weight(), best.linear().weight());
    return sameLinear
        && layers.size() == best.layers().size()
        && (other.isOpen() || other.head().activation() == best.head().activation())
        && (other.steps() == best.steps() || best.steps() == Usage.Steps.EACH);
  }
}
