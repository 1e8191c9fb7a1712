package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;

/** The plans for text refuse a model that they would run as another. */
class LanguageModelPlansTest {

  private static final Placement PLACEMENT = Placement.on(Device.fastest());
  private static final SequenceShape SHAPE = new SequenceShape(3, 2);

  static Stream<Weights> others() {
    return Stream.of(
        Weights.zeros(GruConfig.builder(5, 4).build(), 5),
        Weights.zeros(GruConfig.builder(5, 4).tokens().build(), 4),
        Weights.zeros(GruConfig.builder(5, 4).tokens().layers(2).build(), 5),
        Weights.zeros(GruConfig.builder(5, 4).tokens().direction(Direction.REVERSE).build(), 5),
        Weights.zeros(GruConfig.builder(5, 4).tokens().gating(Gating.NONE).build(), 5));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anotherModelIsRefused(Weights weights) {
    assertRefused(() -> new GenerationPlan(weights, 3, PLACEMENT));
    assertRefused(() -> new InferencePlan(weights, SHAPE, PLACEMENT));
    assertRefused(() -> new EvaluationPlan(weights, SHAPE, PLACEMENT));
    assertRefused(() -> new TrainingPlan(weights, SHAPE, new SgdConfig(1, 1), PLACEMENT));
  }

  private static void assertRefused(Runnable plan) {
    assertThatThrownBy(plan::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("one forward layer");
  }
}
