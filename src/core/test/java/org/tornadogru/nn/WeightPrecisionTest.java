package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.Predictor;
import org.tornadogru.device.Device;

@Tag("plain-jvm")
class WeightPrecisionTest {

  private static final GruConfig CONFIG = GruConfig.ofTokens(3, 2, ResetPlacement.AFTER);

  private static float rounded(float value) {
    Weights weights =
        Weights.of(
            CONFIG,
            3,
            Weights.zeros(CONFIG, 3).tensors().stream()
                .map(tensor -> Tensor.of(tensor.name(), tensor.shape(), _ -> value))
                .toList());
    List<Tensor> tensors = WeightPrecision.BF16.round(weights).tensors();
    for (Tensor bias : tensors) {
      if (bias.shape().size() == 1) {
        assertThat(bias.values()).as("biases stay").containsOnly(value);
      }
    }
    return tensors.getFirst().at(0);
  }

  @Test
  void theNearestIsTakenAndTheEvenOneOfTwo() {
    assertThat(rounded(1f)).isEqualTo(1f);
    assertThat(rounded(0x1.01p0f)).as("half way, down").isEqualTo(1f);
    assertThat(rounded(0x1.010002p0f)).isEqualTo(0x1.02p0f);
    assertThat(rounded(0x1.03p0f)).as("half way, up").isEqualTo(0x1.04p0f);
    assertThat(rounded(-0x1.03p0f)).isEqualTo(-0x1.04p0f);
    assertThat(rounded(0x1.fffffep-1f)).as("into the next power of 2").isEqualTo(1f);
    assertThat(rounded(-0f)).isEqualTo(-0f);
    assertThat(rounded(Float.MIN_VALUE)).isZero();
  }

  @Test
  void probabilitiesChangeByLessThanAThousandth() {
    GruConfig config = GruConfig.ofTokens(28, 64, ResetPlacement.AFTER);
    Weights weights = Weights.initial(config, 28, Initialization.UNIFORM, 5);
    int[] tokens = new int[100];
    for (int time = 0; time < tokens.length; time++) {
      tokens[time] = (time * time + 3) % 28;
    }
    double[][] right = probabilities(weights, tokens);
    double[][] changed = probabilities(WeightPrecision.BF16.round(weights), tokens);
    double largest = 0;
    for (int time = 0; time < tokens.length; time++) {
      for (int symbol = 0; symbol < 28; symbol++) {
        largest = Math.max(largest, Math.abs(right[time][symbol] - changed[time][symbol]));
      }
    }
    assertThat(largest).isBetween(1e-6, 1e-3);
  }

  private static double[][] probabilities(Weights weights, int... tokens) {
    try (Predictor predictor = new Predictor(weights, Head.nextToken(28), Device.fastest())) {
      Tensor scores = predictor.predict(Sequences.ofOneOfTokens(tokens));
      double[][] probabilities = new double[tokens.length][28];
      for (int time = 0; time < tokens.length; time++) {
        double sum = 0;
        for (int symbol = 0; symbol < 28; symbol++) {
          probabilities[time][symbol] = Math.exp(scores.at(time * 28 + symbol));
          sum += probabilities[time][symbol];
        }
        for (int symbol = 0; symbol < 28; symbol++) {
          probabilities[time][symbol] /= sum;
        }
      }
      return probabilities;
    }
  }
}
