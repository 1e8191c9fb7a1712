package org.tornadogru.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

@Tag("plain-jvm")
class GradientsTest {

  private static final int LAGS = 7;

  private static List<Double> norms(Weights weights, Sequences read) {
    return Gradients.norms(weights, read, LAGS, Device.fastest());
  }

  @Test
  void aPlainNetworkLosesAFactorInEachStep() {
    GruConfig config = GruConfig.builder(1, 5).gating(Gating.NONE).build();
    Weights zero = Weights.zeros(config, 0);
    List<Tensor> tensors = // W_hn = ½, so that near 0 a step halves a state
        zero.tensors().stream()
            .map(
                tensor ->
                    tensor.name().equals("weight_hh_l0")
                        ? Tensor.of(
                            tensor.name(),
                            tensor.shape(),
                            place -> place / 5 == 10 + place % 5 ? 0.5f : 0)
                        : tensor)
            .toList();

    List<Double> norms =
        norms(Weights.of(config, 0, tensors), Sequences.of(new float[LAGS + 1][3][1]));

    for (int lag = 1; lag <= LAGS; lag++) {
      assertThat(norms.get(lag - 1)).isCloseTo(Math.pow(0.5, lag), within(1e-6));
    }
  }

  @Test
  void ofOneUnitItIsTheDerivativeThatFiniteDifferencesGive() {
    Weights weights =
        Weights.initial(GruConfig.builder(1, 1).build(), 0, Initialization.UNIFORM, 5);
    float[] x = {0.3f, -1, 0.7f, 0.2f, -0.4f, 0.9f, 0.1f, -0.6f, 0.5f};
    float[][][] read = new float[x.length][1][1];
    double[] states = new double[x.length + 1];
    for (int step = 0; step < x.length; step++) {
      read[step][0][0] = x[step];
      states[step + 1] = next(weights, x[step], states[step]);
    }

    List<Double> norms = norms(weights, Sequences.of(read));

    double tiny = 1e-6;
    for (int lag = 1; lag <= LAGS; lag++) {
      int from = x.length - lag;
      Function<Double, Double> end =
          begin -> {
            double state = begin;
            for (int step = from; step < x.length; step++) {
              state = next(weights, x[step], state);
            }
            return state;
          };
      double derivative =
          (end.apply(states[from] + tiny) - end.apply(states[from] - tiny)) / (2 * tiny);
      assertThat(norms.get(lag - 1))
          .isCloseTo(Math.abs(derivative), within(1e-5 * Math.abs(derivative) + 1e-6));
    }
  }

  /** A step of one unit, in double precision. */
  private static double next(Weights weights, double x, double h) {
    double[] input = new double[3];
    double[] hidden = new double[3];
    for (int gate = 0; gate < 3; gate++) {
      input[gate] = weights.tensors().get(0).at(gate) * x + weights.tensors().get(2).at(gate);
      hidden[gate] = weights.tensors().get(1).at(gate) * h + weights.tensors().get(3).at(gate);
    }
    double r = 1 / (1 + Math.exp(-input[0] - hidden[0]));
    double z = 1 / (1 + Math.exp(-input[1] - hidden[1]));
    double n = Math.tanh(input[2] + r * hidden[2]);
    return (1 - z) * n + z * h;
  }

  @Test
  void placesAreFromAllOverTheText() {
    int[] tokens = new int[1000];
    for (int place = 0; place < tokens.length; place++) {
      tokens[place] = place;
    }

    Sequences places = Gradients.places(tokens, LAGS);

    assertThat(places.steps()).isEqualTo(2 * LAGS);
    assertThat(places.token(0)).isZero();
    assertThat(places.token(places.batch() - 1)).isBetween(900, 1000 - 2 * LAGS);
    assertThat(places.token(places.batch() + 1)).isEqualTo(places.token(1) + 1);
  }
}
