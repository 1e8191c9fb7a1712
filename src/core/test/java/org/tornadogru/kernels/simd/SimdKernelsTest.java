package org.tornadogru.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.graph.GenerationPlan;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * The set against the annotated loops on sizes that fill more than one block, tile and range in
 * every dimension, which those for finite differences do not.
 */
@Tag("plain-jvm")
class SimdKernelsTest {

  record Shape(int steps, int batch, int hidden, int vocabulary, ResetPlacement reset) {

    Weights weights() {
      return Weights.initial(
          GruConfig.ofTokens(vocabulary, hidden, reset),
          vocabulary,
          Initialization.UNIFORM,
          20 + hidden);
    }

    SequenceShape sequence() {
      return new SequenceShape(steps, batch);
    }

    /** Of so many rows; the last row of the batch is padding from its middle on. */
    Sequences tokens(int rows) {
      SplittableRandom random = new SplittableRandom(31);
      int[] tokens =
          IntStream.range(0, rows * batch)
              .map(
                  i ->
                      i % batch == batch - 1 && i / batch > rows / 2
                          ? Sequences.PADDING
                          : random.nextInt(vocabulary))
              .toArray();
      return Sequences.ofTokens(batch, tokens);
    }
  }

  static Stream<Shape> shapes() {
    return Stream.of(ResetPlacement.values())
        .flatMap(
            reset ->
                Stream.of(
                    new Shape(9, 75, 40, 50, reset),
                    new Shape(3, 150, 31, 28, reset),
                    new Shape(20, 4, 130, 17, reset)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void threeUpdatesLeaveTheSameParametersAndLoss(Shape shape) {
    List<Tensor> expected = trained(shape, KernelSet.ANNOTATED);
    List<Tensor> actual = trained(shape, SimdKernels.SIMD);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).values())
          .as(expected.get(i).name())
          .containsExactly(expected.get(i).values(), within(2e-6f));
    }
  }

  private static List<Tensor> trained(Shape shape, KernelSet kernels) {
    try (ModelPlan plan = plan(shape, kernels, new SgdConfig(0.5f, 0.1f))) {
      plan.load(shape.tokens(shape.steps() + 1), false);
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
  @MethodSource("shapes")
  void inferenceGivesTheSameScores(Shape shape) {
    assertThat(scores(shape, SimdKernels.SIMD))
        .containsExactly(scores(shape, KernelSet.ANNOTATED), within(2e-6f));
  }

  private static float[] scores(Shape shape, KernelSet kernels) {
    try (ModelPlan plan = plan(shape, kernels, null)) {
      plan.load(shape.tokens(shape.steps()), false);
      plan.predict();
      return plan.outputs().values();
    }
  }

  private static ModelPlan plan(Shape shape, KernelSet kernels, SgdConfig optimizer) {
    return new ModelPlan(
        shape.weights(),
        shape.sequence(),
        new ModelPlan.Use(Head.nextToken(shape.vocabulary()), false, false, optimizer),
        new Placement(Device.fastest(), kernels));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void generationWritesTheSameText(Shape shape) {
    assertThat(written(shape, SimdKernels.SIMD)).isEqualTo(written(shape, KernelSet.ANNOTATED));
  }

  /** A prompt and 40 tokens from all symbols, then 43 more from the three likeliest. */
  private static List<Integer> written(Shape shape, KernelSet kernels) {
    int[] first = new int[43];
    Arrays.fill(first, TextGeneration.CONTINUE);
    first[0] = 1;
    first[1] = shape.vocabulary() - 1;
    first[2] = 2;
    int[] second = new int[43];
    Arrays.fill(second, TextGeneration.CONTINUE);
    try (GenerationPlan plan =
        new GenerationPlan(shape.weights(), 43, new Placement(Device.fastest(), kernels))) {
      return Stream.of(
              plan.execute(true, first, 0.7f, shape.vocabulary(), 7),
              plan.execute(false, second, 1.3f, 3, 8),
              plan.execute(true, first, 1f, 1, 9))
          .flatMap(tokens -> Arrays.stream(tokens).boxed())
          .toList();
    }
  }
}
