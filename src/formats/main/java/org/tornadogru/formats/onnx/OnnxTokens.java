package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Input;
import org.tornadogru.formats.onnx.OnnxValue.Signal;

/** The operators in front of the first layer that make vectors of tokens. */
record OnnxTokens(OnnxScope scope) {

  OnnxValue oneHot(OnnxNode node) {
    if (!(scope.required(node, 0) instanceof Signal signal)
        || !signal.isInput()
        || signal.input().tokens() > 0) {
      throw node.unsupported();
    }
    long axis = node.integer("axis", -1);
    if (axis != -1 && axis != signal.groups().size()) {
      throw node.refused("has axis %d: only the last is supported".formatted(axis));
    }
    if (!(scope.required(node, 1) instanceof Constant depth) || size(depth) < 1) {
      throw node.refused("needs a constant depth");
    }
    if (!(scope.required(node, 2) instanceof Constant range)
        || range.floats() == null
        || !Arrays.equals(range.floats().values(), new float[] {0, 1})) {
      throw node.refused("needs the constant floats 0 and 1 as its values");
    }
    int tokens = size(depth);
    return ofTokens(
        node, new Input(signal.input().name(), tokens, null), signal, signal.groups(), tokens);
  }

  private static int size(Constant constant) {
    double value =
        constant.integers() != null && constant.integers().length == 1
            ? constant.integers()[0]
            : constant.floats() != null && constant.size() == 1 ? constant.floats().at(0) : -1;
    return value == (int) value ? (int) value : -1;
  }

  /** A product with one-hot vectors picks rows. */
  static OnnxValue embedded(OnnxNode node, Signal signal, Constant weights, boolean transposed) {
    int tokens = signal.input().tokens();
    if (tokens == 0 || signal.input().table() != null || transposed) {
      throw node.refused("stands in front of the GRU: only an embedding may");
    }
    if (weights.sizes().getFirst() != tokens) {
      throw node.refused(
          "has %d rows for one-hot vectors of %d".formatted(weights.sizes().getFirst(), tokens));
    }
    return embedded(node, signal, weights, signal.groups().subList(0, signal.groups().size() - 1));
  }

  static Signal embedded(OnnxNode node, Signal signal, Constant rows, List<List<Axis>> steps) {
    int tokens = rows.sizes().getFirst();
    int features = rows.sizes().get(1);
    if (tokens == 0 || features == 0) {
      throw node.refused("has an empty table");
    }
    EmbeddingTable table = new EmbeddingTable(node.name(), rows.floats());
    return ofTokens(node, new Input(signal.input().name(), tokens, table), signal, steps, features);
  }

  private static Signal ofTokens(
      OnnxNode node, Input input, Signal signal, List<List<Axis>> steps, int features) {
    List<List<Axis>> groups = new ArrayList<>(steps);
    groups.add(List.of(new Axis(features)));
    node.checkRank(groups.size());
    Signal result = Signal.ofInput(input, groups);
    return signal.reversed() ? result.backwards() : result;
  }
}
