package org.tornadogru.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.graph.DeviceProbe;
import org.tornadogru.graph.GenerationPlan;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.RandomTexts;
import org.tornadogru.oracle.RandomTexts.Text;

/**
 * The set against the annotated loops on sizes that fill more than one block, tile and range in
 * every dimension, which those for finite differences do not.
 */
@Tag("plain-jvm")
class SimdKernelsTest {

  static Stream<Text> texts() {
    GruConfig table = GruConfig.builder(50, 20).embedding(40).build();
    GruConfig tied = GruConfig.builder(33, 40).embedding(40).tied().build();
    return Stream.concat(
            Stream.of(ResetPlacement.values())
                .flatMap(
                    reset ->
                        Stream.of(
                            RandomTexts.text(9, 75, 40, 50, reset, 60),
                            RandomTexts.text(3, 150, 31, 28, reset, 51),
                            RandomTexts.text(20, 4, 130, 17, reset, 150),
                            RandomTexts.text(4, 21, 20, 600, reset, 77))),
            Stream.of(table, tied).map(config -> RandomTexts.text(9, 75, config, 61)))
        .peek(SimdKernelsTest::padTheLastRowFromItsMiddleOn);
  }

  private static void padTheLastRowFromItsMiddleOn(Text text) {
    int[][] tokens = text.tokens();
    Arrays.stream(tokens, tokens.length / 2 + 1, tokens.length)
        .forEach(step -> step[step.length - 1] = Sequences.PADDING);
  }

  private static Weights weights(Text text) {
    return DeviceProbe.weights(text.model(), text.model().tensors(true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void threeUpdatesLeaveTheSameParametersAndLoss(Text text) {
    List<Tensor> expected = trained(text, KernelSet.ANNOTATED);
    List<Tensor> actual = trained(text, SimdKernels.SIMD);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).values())
          .as(expected.get(i).name())
          .containsExactly(expected.get(i).values(), within(2e-6f));
    }
  }

  private static List<Tensor> trained(Text text, KernelSet kernels) {
    try (ModelPlan plan = plan(text, kernels, Optimization.sgd(0.5f, 0.1f))) {
      plan.load(DeviceProbe.sequences(text), false);
      for (int update = 0; update < 3; update++) {
        plan.train(0, update);
      }
      float[] loss = {plan.evaluate()};
      return Stream.concat(
              plan.weights().tensors().stream(), Stream.of(new Tensor("loss", List.of(1), loss)))
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void inferenceGivesTheSameScores(Text text) {
    assertThat(scores(text, SimdKernels.SIMD))
        .containsExactly(scores(text, KernelSet.ANNOTATED), within(2e-6f));
  }

  private static float[] scores(Text text, KernelSet kernels) {
    try (ModelPlan plan = plan(text, kernels, null)) {
      plan.load(DeviceProbe.sequences(text).withoutLast(), false);
      plan.predict();
      return plan.outputs().values();
    }
  }

  private static ModelPlan plan(Text text, KernelSet kernels, Optimization optimizer) {
    return new ModelPlan(
        weights(text),
        DeviceProbe.sequence(text),
        new ModelPlan.Use(Head.nextToken(text.model().outputs()), false, false, optimizer),
        new Placement(Device.fastest(), kernels));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void generationWritesTheSameText(Text text) {
    assertThat(written(text, SimdKernels.SIMD)).isEqualTo(written(text, KernelSet.ANNOTATED));
  }

  /** A prompt and 40 tokens from all symbols, then 43 more from the three likeliest. */
  private static List<Integer> written(Text text, KernelSet kernels) {
    int[] first = new int[43];
    Arrays.fill(first, TextGeneration.CONTINUE);
    first[0] = 1;
    first[1] = text.model().outputs() - 1;
    first[2] = 2;
    int[] second = new int[43];
    Arrays.fill(second, TextGeneration.CONTINUE);
    try (GenerationPlan plan =
        new GenerationPlan(weights(text), 43, new Placement(Device.fastest(), kernels))) {
      return Stream.of(
              plan.execute(true, first, 0.7f, text.model().outputs(), 7),
              plan.execute(false, second, 1.3f, 3, 8),
              plan.execute(true, first, 1f, 1, 9))
          .flatMap(tokens -> Arrays.stream(tokens).boxed())
          .toList();
    }
  }
}
