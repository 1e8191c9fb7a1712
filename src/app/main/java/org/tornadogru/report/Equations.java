package org.tornadogru.report;

import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;

/** What a layer computes, with the symbols of {@link GruConfig}. */
final class Equations {

  private Equations() {}

  /**
   * The four equations, a line each.
   *
   * @param walk of a layer: 0 forward, 1 reverse, or 0 alone
   */
  static String of(GruConfig config, int walk) {
    String f = name(config.gateActivation(walk));
    String g = name(config.candidateActivation(walk));
    String bias = config.biases() == Biases.TWO ? " + b_hn" : "";
    String product =
        !config.gating().resets()
            ? "W_hn h" + bias
            : config.reset() == ResetPlacement.BEFORE
                ? "W_hn (r ⊙ h)" + bias
                : "r ⊙ (W_hn h" + bias + ")";
    return "r  = %s\nz  = %s\nn  = %s\nh' = %s\n"
        .formatted(
            config.gating().resets() ? gate(config, f, "r") : "1",
            config.gating().updates() ? gate(config, f, "z") : "0",
            "%s(%s + %s)".formatted(g, input(config, "n"), product),
            config.gating().updates() ? "(1 − z) ⊙ n + z ⊙ h" : "n");
  }

  private static String gate(GruConfig config, String f, String gate) {
    String bias = config.biases() == Biases.TWO ? " + b_h" + gate : "";
    return "%s(%s + W_h%s h%s)".formatted(f, input(config, gate), gate, bias);
  }

  private static String input(GruConfig config, String gate) {
    String bias = config.biases() == Biases.NONE ? "" : " + b_i" + gate;
    return "W_i%s x%s".formatted(gate, bias);
  }

  private static String name(ActivationFunction function) {
    return function.equals(ActivationFunction.SIGMOID) ? "σ" : function.toString();
  }
}
