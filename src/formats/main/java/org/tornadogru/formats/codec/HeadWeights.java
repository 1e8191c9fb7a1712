package org.tornadogru.formats.codec;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;

/**
 * The layers behind a GRU, as a file has them.
 *
 * @param hidden dense layers, in their order
 * @param linear behind them, or null if there is nothing behind the GRU
 */
public record HeadWeights(List<Hidden> hidden, LinearWeights linear) {

  /** Nothing behind the GRU. */
  public static final HeadWeights NONE = new HeadWeights(List.of(), null);

  /** A dense layer. */
  public record Hidden(LinearWeights linear, ActivationFunction activation) {}

  public HeadWeights {
    hidden = List.copyOf(hidden);
  }

  /** The same with another last layer in place of its own. */
  public HeadWeights with(LinearWeights last) {
    return new HeadWeights(hidden, last);
  }

  /** The same with a further layer, in front of which a function makes the last one hidden. */
  public HeadWeights then(ActivationFunction activation, LinearWeights last) {
    List<Hidden> longer = new ArrayList<>(hidden);
    longer.add(new Hidden(linear, activation));
    return new HeadWeights(longer, last);
  }

  /** The dense layers of a configuration. */
  public Dense[] dense() {
    return hidden.stream()
        .map(layer -> new Dense(layer.linear.outputs(), layer.activation))
        .toArray(Dense[]::new);
  }
}
