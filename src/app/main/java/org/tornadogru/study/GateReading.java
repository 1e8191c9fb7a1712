package org.tornadogru.study;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.Tensor;

/**
 * What the gates of one layer did over a sentence.
 *
 * @param symbols what was read, [T]
 * @param reset r, [T][H] one after the other, as are the others
 * @param update z
 * @param candidate n
 * @param states h'
 */
public record GateReading(
    List<String> symbols,
    List<Float> reset,
    List<Float> update,
    List<Float> candidate,
    List<Float> states) {

  public GateReading {
    symbols = List.copyOf(symbols);
    reset = List.copyOf(reset);
    update = List.copyOf(update);
    candidate = List.copyOf(candidate);
    states = List.copyOf(states);
  }

  /**
   * Of a batch of one.
   *
   * @param symbols what was read, [T]
   */
  public static GateReading of(Gates gates, List<String> symbols) {
    return new GateReading(
        symbols,
        list(gates.reset()),
        list(gates.update()),
        list(gates.candidate()),
        list(gates.states()));
  }

  private static List<Float> list(Tensor values) {
    List<Float> list = new ArrayList<>(values.size());
    for (float value : values.values()) {
      list.add(value);
    }
    return list;
  }

  /** The gates as they were. */
  public Gates gates() {
    return new Gates(
        0,
        false,
        tensor("reset", reset),
        tensor("update", update),
        tensor("candidate", candidate),
        tensor("states", states));
  }

  private Tensor tensor(String name, List<Float> values) {
    int steps = symbols.size();
    return Tensor.of(name, List.of(steps, 1, values.size() / steps), values::get);
  }
}
