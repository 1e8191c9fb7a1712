package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/** Models whose targets are their tokens, and those that the plans for text refuse. */
class LanguageModelPlansTest {

  private static final Placement PLACEMENT = Placement.on(Device.fastest());
  private static final SequenceShape SHAPE = new SequenceShape(3, 2);
  private static final Sequences TOKENS =
      Sequences.ofTokens(new int[][] {{0, 4}, {1, 3}, {2, 2}, {3, 0}});

  /** Those that are no language models. */
  static Stream<Weights> others() {
    return Stream.of(
        Weights.zeros(GruConfig.builder(5, 4).build(), 5),
        Weights.zeros(GruConfig.builder(5, 4).tokens().build(), 4),
        Weights.zeros(GruConfig.builder(5, 4).tokens().direction(Direction.REVERSE).build(), 5),
        Weights.zeros(
            GruConfig.builder(5, 4).tokens().direction(Direction.BIDIRECTIONAL).build(), 5));
  }

  @ParameterizedTest
  @MethodSource("others")
  void theNextTokenNeedsTokensAScoreForEachAndNoLookAhead(Weights weights) {
    ModelPlan.Use use = use(Head.nextToken(weights.outputs()), null);
    String reason = "the next token is predicted by a forward GRU";
    assertRefused(() -> new ModelPlan(weights, SHAPE, use, PLACEMENT), reason);
    assertRefused(() -> new GenerationPlan(weights, 3, PLACEMENT), reason);
  }

  @Test
  void everyStepDrawsItsOwnRecurrentMask() {
    GruConfig config = GruConfig.builder(5, 4).tokens().recurrentDropout(0.5f).build();
    try (ModelPlan plan = plan(config, 1e-9f)) {
      plan.load(TOKENS, false);
      float evaluated = plan.evaluate();
      float first = plan.train(1, 0);
      float second = plan.train(1, 1);
      float third = plan.train(1, 2);
      assertThat(first).isNotEqualTo(second);
      assertThat(second).isNotEqualTo(third);
      assertThat(plan.train(1, 0)).as("the first mask again").isCloseTo(first, within(1e-6f));
      assertThat(plan.evaluate()).as("without dropout").isCloseTo(evaluated, within(1e-6f));
    }
  }

  /** Each graph may be the first, and sees what the others left of the parameters. */
  @Test
  void graphsRunInAnyOrder() {
    GruConfig config = GruConfig.builder(5, 4).tokens().layers(2).build();
    try (ModelPlan trained = plan(config, 0.5f);
        ModelPlan evaluated = plan(config, 0.5f);
        ModelPlan predicted = plan(config, 0.5f)) {
      trained.load(TOKENS, false);
      float initial = trained.train(0, 0);
      float updated = trained.evaluate();
      evaluated.load(TOKENS, false);
      assertThat(evaluated.evaluate()).isEqualTo(initial);
      assertThat(evaluated.train(0, 0)).isEqualTo(initial);
      assertThat(evaluated.evaluate()).isEqualTo(updated).isLessThan(initial);
      predicted.load(TOKENS, false);
      predicted.predict();
      assertThat(predicted.train(0, 0)).isEqualTo(initial);
      assertThat(predicted.evaluate()).isEqualTo(updated);
      predicted.predict();
      trained.predict();
      assertThat(predicted.outputs()).isEqualTo(trained.outputs());
      assertThat(predicted.weights().tensors()).isEqualTo(trained.weights().tensors());
    }
  }

  private static ModelPlan plan(GruConfig config, float learningRate) {
    Weights weights = Weights.initial(config, 5, Initialization.UNIFORM, 1);
    return new ModelPlan(
        weights, SHAPE, use(Head.nextToken(5), Optimization.sgd(learningRate, 1)), PLACEMENT);
  }

  private static ModelPlan.Use use(Head head, Optimization optimizer) {
    return new ModelPlan.Use(head, false, false, optimizer);
  }
}
