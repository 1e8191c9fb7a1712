package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InitializerTest {

  private static final GruConfig CONFIG =
      GruConfig.builder(7, 20).layers(2).direction(Direction.BIDIRECTIONAL).build();

  private static Map<String, float[]> initial(Initializers initializers, long seed) {
    return initial(CONFIG, initializers, seed);
  }

  private static Map<String, float[]> initial(
      GruConfig config, Initializers initializers, long seed) {
    return Weights.initial(config, 3, initializers, seed).tensors().stream()
        .collect(Collectors.toMap(Tensor::name, Tensor::values));
  }

  private static double largest(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).max().orElse(0);
  }

  @ParameterizedTest
  @CsvSource({"12, 4", "4, 12", "5, 5"})
  void orthogonalRowsOrColumnsAreOrthonormal(int rows, int columns) {
    float[] values = Initializer.ORTHOGONAL.values(rows, columns, 4, new Random(3));
    int count = Math.min(rows, columns);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double product = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          product +=
              rows < columns
                  ? values[i * columns + k] * values[j * columns + k]
                  : values[k * columns + i] * values[k * columns + j];
        }
        assertThat(product).as("%d · %d", i, j).isCloseTo(i == j ? 1 : 0, within(1e-6));
      }
    }
  }

  @Test
  void glorotFillsItsRange() {
    double bound = Math.sqrt(6.0 / (60 + 7));
    float[] values = Initializer.GLOROT.values(60, 7, 20, new Random(3));
    assertThat(largest(values)).isBetween(0.95 * bound, bound);
  }

  @Test
  void uniformFillsTheRangeOfTheHiddenSize() {
    double bound = 1 / Math.sqrt(20);
    initial(Initialization.UNIFORM, 1)
        .forEach((name, values) -> assertThat(largest(values)).as(name).isLessThan(bound));
    assertThat(largest(initial(Initialization.UNIFORM, 1).get("weight_hh_l1_reverse")))
        .isGreaterThan(0.95 * bound);
  }

  @Test
  void uniformFillsTheRangeOfWhatDenseLayersTake() {
    GruConfig config = CONFIG.toBuilder().dense(new Dense(100, ActivationFunction.TANH)).build();
    Map<String, float[]> values = initial(config, Initialization.UNIFORM, 1);
    for (String name : new String[] {"dense_0.weight", "dense_0.bias"}) {
      assertThat(largest(values.get(name))).isBetween(0.9 / Math.sqrt(40), 1 / Math.sqrt(40));
    }
    assertThat(largest(values.get("linear.weight"))).isBetween(0.095, 0.1);
    assertThat(largest(values.get("linear.bias"))).isLessThan(0.1);
  }

  @Test
  void embeddingsBeginWide() {
    GruConfig config = CONFIG.toBuilder().embedding(300).build();
    float[] torch = initial(config, Initialization.UNIFORM, 1).get("embedding.weight");
    double squares = 0;
    for (float value : torch) {
      squares += value * value;
    }
    assertThat(torch).hasSize(7 * 300);
    assertThat(squares / torch.length).isCloseTo(1, within(0.1));
    assertThat(largest(initial(config, Initialization.KERAS, 1).get("embedding.weight")))
        .isBetween(0.0495, 0.05 + 1e-9);
  }

  @Test
  void kerasBeginsWithoutBiases() {
    initial(Initialization.KERAS, 1)
        .forEach(
            (name, values) ->
                assertThat(largest(values) == 0).as(name).isEqualTo(name.contains("bias")));
  }

  @Test
  void eachKindOfParameterHasItsOwn() {
    Initializers mixed =
        Initialization.UNIFORM
            .with(ParameterKind.RECURRENT_WEIGHT, Initializer.ZEROS)
            .with(ParameterKind.LINEAR_BIAS, Initializer.ZEROS);
    initial(mixed, 1)
        .forEach(
            (name, values) ->
                assertThat(largest(values) == 0)
                    .as(name)
                    .isEqualTo(name.startsWith("weight_hh") || name.equals("linear.bias")));
  }

  @ParameterizedTest
  @EnumSource
  void aSeedGivesTheSameBits(Initialization initialization) {
    String name = "weight_ih_l1";
    assertThat(initial(initialization, 1).get(name))
        .isEqualTo(initial(initialization, 1).get(name));
    assertThat(initial(initialization, 2).get(name))
        .isNotEqualTo(initial(initialization, 1).get(name));
  }
}
