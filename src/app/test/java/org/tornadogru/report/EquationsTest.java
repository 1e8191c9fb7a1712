package org.tornadogru.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;

@Tag("plain-jvm")
class EquationsTest {

  private static List<String> of(GruConfig.Builder config, int walk) {
    return Equations.of(config.build(), walk).lines().toList();
  }

  private static GruConfig.Builder config() {
    return GruConfig.builder(2, 3);
  }

  @Test
  void theResetGateIsWhereItActs() {
    assertThat(of(config(), 0).get(2)).isEqualTo("n  = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))");
    assertThat(of(config().reset(ResetPlacement.BEFORE), 0).get(2))
        .isEqualTo("n  = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn)");
  }

  @Test
  void biasesThatAreNotThereAreLeftOut() {
    assertThat(of(config().biases(Biases.ONE), 0))
        .startsWith("r  = σ(W_ir x + b_ir + W_hr h)")
        .contains("n  = tanh(W_in x + b_in + r ⊙ (W_hn h))");
    assertThat(of(config().biases(Biases.NONE).reset(ResetPlacement.BEFORE), 0))
        .contains("z  = σ(W_iz x + W_hz h)", "n  = tanh(W_in x + W_hn (r ⊙ h))");
  }

  @Test
  void gatesThatDoNotActAreConstants() {
    assertThat(of(config().gating(Gating.NONE), 0))
        .containsExactly("r  = 1", "z  = 0", "n  = tanh(W_in x + b_in + W_hn h + b_hn)", "h' = n");
    assertThat(of(config().gating(Gating.UPDATE_ONLY), 0))
        .startsWith("r  = 1", "z  = σ(W_iz x + b_iz + W_hz h + b_hz)")
        .endsWith("h' = (1 − z) ⊙ n + z ⊙ h");
  }

  @Test
  void eachDirectionHasItsActivations() {
    GruConfig.Builder two =
        config()
            .direction(Direction.BIDIRECTIONAL)
            .activations(
                List.of(
                    ActivationFunction.SIGMOID,
                    ActivationFunction.of(ActivationFunction.Kind.HARD_SIGMOID)),
                List.of(
                    ActivationFunction.TANH, ActivationFunction.of(ActivationFunction.Kind.RELU)));
    assertThat(of(two, 0).getFirst()).startsWith("r  = σ(");
    assertThat(of(two, 1).getFirst()).startsWith("r  = hard_sigmoid(");
    assertThat(of(two, 1).get(2)).startsWith("n  = relu(");
  }
}
