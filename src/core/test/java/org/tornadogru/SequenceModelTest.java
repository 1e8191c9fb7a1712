package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.oracle.ReferenceSgd;

/** Models with a head: their losses, what they predict, and an update, against the reference. */
class SequenceModelTest {

  private static final double CLOSE = 1e-5;
  private static final Device DEVICE = Device.fastest();
  private static final float RATE = 0.5f;

  /** Clipped so late that it never acts. */
  private static final Optimization SGD = Optimization.sgd(RATE, 1e6f);

  @ParameterizedTest(name = "{0}: {2} of {1}")
  @MethodSource("setsCasesAndLosses")
  void lossUpdateAndScoresMatchTheReference(LayerProbe probe, RandomLayer layer, Loss chosen) {
    LayerLoss loss = loss(layer, chosen);
    LayerInput input = layer.input().withState(null);
    LayerInput dropped =
        input.withDropout(probe.multipliers(layer.config(), layer.steps(), layer.batch()));
    Map<String, double[]> tensors = layer.tensors(true);
    ReferenceLayer reference = layer.reference();
    ReferenceLayer.Gradients expected = reference.gradients(tensors, dropped, loss);
    Weights weights = Weights.of(layer.config(), layer.outputs(), layer.floatTensors(true));
    Sequences sequences = LayerProbe.sequences(input);
    Labels targets = targets(loss);
    try (SequenceModel model =
        new SequenceModel(weights, head(layer, chosen), SGD, probe.device())) {
      model.seed(LayerProbe.SEED);
      assertClose(model.evaluate(sequences, targets), reference.loss(tensors, input, loss));
      assertClose(model.train(sequences, targets), expected.loss());
      Map<String, double[]> updated = ReferenceLayer.byName(model.weights().tensors());
      new ReferenceSgd(RATE, Double.POSITIVE_INFINITY)
          .step(tensors, expected.tensors())
          .forEach(
              (name, tensor) ->
                  LayerOutput.assertEquals(layer + ": " + name, updated.get(name), tensor, CLOSE));
      LayerOutput.assertEquals(
          layer + ": scores",
          LayerOutput.doubles(scores(model.predict(sequences), layer)),
          reference.scores(updated, input, where(layer)),
          CLOSE);
      assertClose(model.evaluate(sequences, targets), reference.loss(updated, input, loss));
    }
  }

  private static float[][][] scores(Tensor predicted, RandomLayer layer) {
    return where(layer) == LayerLoss.Head.LAST
        ? new float[][][] {predicted.to2d()}
        : predicted.to3d();
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(CLOSE * Math.max(1, Math.abs(expected))));
  }

  /** Every layer with a loss of the default ones, and two layers with every loss. */
  static Stream<Arguments> setsCasesAndLosses() {
    return Stream.concat(
        GruTest.setsAndCases()
            .map(Arguments::get)
            .filter(both -> both[1] instanceof RandomLayer layer && hasTargets(layer, usual(layer)))
            .map(both -> Arguments.of(both[0], both[1], usual((RandomLayer) both[1]))),
        everyLoss());
  }

  private static Loss usual(RandomLayer layer) {
    return layer.seed() / 2 % 2 == 0 ? Loss.squaredError() : Loss.crossEntropy();
  }

  /** Of masked steps and of an odd number of sequences, each with another kernel set. */
  private static Stream<Arguments> everyLoss() {
    List<Device> devices = DeviceTests.withEveryKernelSet().toList();
    boolean[][] valid = {
      {true, true, true}, {false, true, true}, {true, false, true}, {true, true, false}
    };
    RandomLayer eachStep =
        new RandomLayer(1, GruConfig.builder(3, 5).build(), 5, 4, 3, null, valid, false);
    RandomLayer last =
        new RandomLayer(2, GruConfig.builder(3, 6).build(), 17, 2, 7, null, null, false);
    return IntStream.range(0, 2 * eachStep.losses().size())
        .mapToObj(
            index -> {
              RandomLayer layer = index % 2 == 0 ? eachStep : last;
              Device device = devices.get((index / 2 + index) % devices.size());
              return Arguments.of(
                  Named.of(device.kernels().name(), new LayerProbe(device)),
                  layer,
                  layer.losses().get(index / 2));
            });
  }

  /** Where nothing counts the reference has no mean. */
  private static boolean hasTargets(RandomLayer layer, Loss chosen) {
    return targets(loss(layer, chosen)).count() > 0;
  }

  private static LayerLoss.Head where(RandomLayer layer) {
    return layer.seed() % 2 == 0 ? LayerLoss.Head.LAST : LayerLoss.Head.EACH_STEP;
  }

  private static Head head(RandomLayer layer, Loss chosen) {
    Head head =
        where(layer) == LayerLoss.Head.LAST
            ? Head.classifyLast(layer.outputs())
            : Head.classifyEachStep(layer.outputs());
    return head.withLoss(chosen);
  }

  /** What the case draws, without the targets of masked steps. */
  private static LayerLoss loss(RandomLayer layer, Loss chosen) {
    LayerLoss drawn = layer.loss(where(layer), chosen);
    boolean[][] valid = where(layer) == LayerLoss.Head.LAST ? null : layer.valid();
    for (int step = 0; valid != null && step < valid.length; step++) {
      for (int row = 0; row < valid[step].length; row++) {
        // The walk leaves its last step first where the reversed order is kept.
        int time = layer.config().keepReversed() ? valid.length - 1 - step : step;
        if (!valid[time][row]) {
          switch (drawn) {
            case LayerLoss.CrossEntropy entropy -> entropy.targets()[step][row] = -1;
            case LayerLoss.OfValues values -> values.counted()[step][row] = false;
            case LayerLoss.WeightedSum sum -> throw new IllegalArgumentException("no target");
          }
        }
      }
    }
    return drawn;
  }

  private static Labels targets(LayerLoss loss) {
    return switch (loss) {
      case LayerLoss.CrossEntropy entropy -> Labels.classesOfSteps(entropy.targets());
      case LayerLoss.OfValues values ->
          Labels.valuesOfSteps(LayerOutput.floats(values.targets())).counting(values.counted());
      case LayerLoss.WeightedSum sum -> throw new IllegalArgumentException("no target: " + sum);
    };
  }

  // ---- What a user does ----

  private static final GruConfig SMALL = GruConfig.builder(2, 5).build();

  private static SequenceModel model(Head head) {
    return new SequenceModel(
        Weights.initial(SMALL, head.outputs(), Initialization.UNIFORM, 1), head, SGD, DEVICE);
  }

  private static Sequences sequences(int steps, int batch) {
    return Sequences.of(
        Tensor.of("x", List.of(steps, batch, 2), place -> (place * 37 % 11) / 11f - 0.4f));
  }

  @Test
  void whereNothingCountsNothingIsLearned() {
    try (SequenceModel model = model(Head.classifyLast(3))) {
      Weights before = model.weights();
      assertThat(model.train(sequences(3, 2), Labels.classes(-1, -1))).isZero();
      assertThat(model.weights()).isEqualTo(before);
    }
  }

  @Test
  void whatWasLearnedOutlastsAnotherShapeOfBatch() {
    try (SequenceModel model = model(Head.classifyLast(3))) {
      for (int step = 0; step < 60; step++) {
        model.train(sequences(4, 3), Labels.classes(0, 1, 2));
      }
      int[] learned = model.classify(sequences(4, 3));
      assertThat(learned).containsExactly(0, 1, 2);
      model.classify(sequences(2, 1));
      assertThat(model.classify(sequences(4, 3))).isEqualTo(learned);
    }
  }

  @Test
  void mistakesInTargetsAreNamedWithBothShapes() {
    try (SequenceModel model = model(Head.classifyLast(3))) {
      assertRefused(
          () -> model.train(sequences(3, 2), Labels.classes(0, 1, 2)), "[1][3]", "[1][2]");
      assertRefused(() -> model.train(sequences(3, 2), Labels.classes(0, 3)), "class 3");
      assertRefused(
          () -> model.train(sequences(3, 2), Labels.values(new float[][] {{1}, {2}})), "classes");
    }
    try (SequenceModel model = model(Head.classifyEachStep(3))) {
      assertRefused(() -> model.classify(sequences(3, 2)));
    }
  }

  @Test
  void aFinishedModelPredictsWithoutAnOptimizer() {
    Head head = Head.predictEachStep(3);
    Weights weights = Weights.initial(SMALL, head.outputs(), Initialization.UNIFORM, 1);
    Labels labels = Labels.valuesOfSteps(new float[4][2][3]);
    try (SequenceModel finished = new SequenceModel(weights, head, DEVICE);
        SequenceModel trained = model(head)) {
      assertThat(finished.predict(sequences(4, 2))).isEqualTo(trained.predict(sequences(4, 2)));
      assertThat(finished.evaluate(sequences(4, 2), labels))
          .isEqualTo(trained.evaluate(sequences(4, 2), labels));
      assertThat(finished.weights().tensors()).isEqualTo(weights.tensors());
      assertThatThrownBy(() -> finished.train(sequences(4, 2), labels))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no optimizer");
    }
  }

  @Test
  void aStatefulModelGoesOnWhereItStopped() {
    Head head = Head.predictEachStep(3);
    Weights weights = Weights.initial(SMALL, head.outputs(), Initialization.UNIFORM, 1);
    Sequences whole = sequences(4, 2);
    Tensor x = whole.vectors().orElseThrow();
    Sequences second =
        Sequences.of(Tensor.of("x", List.of(2, 2, 2), place -> x.at(place + 2 * 2 * 2)));
    try (SequenceModel model = new SequenceModel(weights, head, DEVICE);
        SequenceModel parts = SequenceModel.stateful(weights, head, DEVICE)) {
      float[][][] expected = model.predict(whole).to3d();
      Sequences first = whole.withoutLast().withoutLast();
      for (int round = 0; round < 2; round++) {
        assertThat(parts.predict(first).to3d()).isDeepEqualTo(Arrays.copyOf(expected, 2));
        assertThat(parts.predict(second).to3d()).isDeepEqualTo(Arrays.copyOfRange(expected, 2, 4));
        parts.resetState();
      }
    }
  }

  // ---- Language models ----

  private static final int[][] TOKENS = {{0, 3}, {2, 1}, {4, 4}, {1, 0}, {3, 2}};

  private static SequenceModel languageModel() {
    GruConfig config = GruConfig.builder(5, 6).tokens().layers(2).dropout(0.5f).build();
    Head head = Head.nextToken(5);
    return new SequenceModel(
        Weights.initial(config, 5, Initialization.UNIFORM, 2),
        head,
        Optimization.sgd(0.5f, 1),
        DEVICE);
  }

  /** Its loss is that of a classifier of each step, the classes being the tokens one step on. */
  @Test
  void theLabelsOfALanguageModelAreItsTokensOneStepOn() {
    Sequences tokens = Sequences.ofTokens(TOKENS);
    Labels next = Labels.classesOfSteps(Arrays.copyOfRange(TOKENS, 1, 5));
    try (SequenceModel model = languageModel();
        SequenceModel classifier =
            new SequenceModel(
                model.weights(), Head.classifyEachStep(5), Optimization.sgd(0.5f, 1), DEVICE)) {
      assertThat(model.predict(tokens.withoutLast()))
          .isEqualTo(classifier.predict(tokens.withoutLast()));
      for (int update = 0; update < 3; update++) {
        assertThat(model.train(tokens)).isEqualTo(classifier.train(tokens.withoutLast(), next));
      }
      assertThat(model.weights().tensors()).isEqualTo(classifier.weights().tensors());
      assertRefused(() -> model.train(tokens, next), "tokens alone");
      assertRefused(
          () -> model.train(Sequences.ofTokens(new int[][] {{1, 2}})), "at least two steps");
    }
  }

  @Test
  void maskedTokensAreLikePaddingAndDoNotCount() {
    Sequences masked = Sequences.ofTokens(TOKENS).withLengths(5, 3);
    int[][] padded = Arrays.stream(TOKENS).map(int[]::clone).toArray(int[][]::new);
    padded[3][1] = Sequences.PADDING;
    padded[4][1] = Sequences.PADDING;
    try (SequenceModel model = languageModel();
        SequenceModel other = languageModel()) {
      assertThat(model.labels(Batch.ofTokens(masked)).count()).isEqualTo(6);
      for (int update = 0; update < 3; update++) {
        model.seed(update);
        other.seed(update);
        assertClose(model.train(masked), other.train(Sequences.ofTokens(padded)));
      }
      assertClose(model.evaluate(Batch.ofTokens(masked)), other.evaluate(Batch.ofTokens(masked)));
    }
  }

  @Test
  void theLossOfManyBatchesWeighsEachLabelTheSame() {
    Sequences tokens = Sequences.ofTokens(TOKENS);
    Batch whole = Batch.ofTokens(tokens);
    Batch part = Batch.ofTokens(tokens.withLengths(2, 1));
    try (SequenceModel model = languageModel()) {
      double expected = (8.0 * model.evaluate(whole) + model.evaluate(part)) / 9;
      assertThat(model.evaluate(Batches.of(List.of(whole, part))))
          .isCloseTo(expected, within(1e-6));
    }
  }
}
