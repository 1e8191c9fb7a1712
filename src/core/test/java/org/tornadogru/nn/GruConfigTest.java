package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomLayers;

class GruConfigTest {

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(b -> b.layers(0), "at least one layer, not 0"),
        mistake(b -> b.clip(0f), "must be positive, not 0.0"),
        mistake(b -> b.clip(Float.NaN), "must be positive, not NaN"),
        mistake(b -> b.layers(2).dropout(1f), "dropout is a probability"),
        mistake(b -> b.recurrentDropout(-0.1f), "recurrent dropout is a probability"),
        mistake(b -> b.dropout(0.5f), "between layers but there is only one"),
        mistake(b -> b.tokens().inputDropout(0.5f), "give them an embedding"),
        mistake(b -> b.embedding(-1), "0 for none, or positive, not -1"),
        mistake(b -> b.embedding(4).set(GruProperty.INPUT, InputKind.DENSE), "inputs are dense"),
        mistake(b -> b.embedding(4).tied(), "embedding size must be 5, as the GRU's outputs are"),
        mistake(b -> b.tokens().tied(), "must be 5, as the GRU's outputs are, not 0"),
        mistake(
            b -> b.embedding(5).tied().direction(Direction.BIDIRECTIONAL),
            "must be 10, as the GRU"),
        mistake(
            b -> b.embedding(5).tied().dense(new Dense(4, ActivationFunction.TANH)),
            "must be 4, as the last dense layer's outputs are, not 5"),
        mistake(b -> b.keepReversed(), "direction REVERSE"));
  }

  private static Arguments mistake(UnaryOperator<GruConfig.Builder> change, String message) {
    return Arguments.of(message, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void contradictionsAreNamed(String message, UnaryOperator<GruConfig.Builder> change) {
    GruConfig.Builder builder = change.apply(GruConfig.builder(3, 5));
    assertRefused(builder::build, message);
  }

  @Test
  void theBuilderOfAConfigurationMakesItAgain() {
    assertThat(RandomLayers.cases().map(RandomLayer::config))
        .allSatisfy(config -> assertThat(config.toBuilder().build()).isEqualTo(config));
  }
}
