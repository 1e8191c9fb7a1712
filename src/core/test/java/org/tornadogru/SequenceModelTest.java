package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.RandomLayers.Case;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.oracle.ReferenceSgd;

/** Models with a head: their losses, what they predict, and an update, against the reference. */
class SequenceModelTest {

  private static final double CLOSE = 1e-5;
  private static final float RATE = 0.5f;

  /** Clipped so late that it never acts. */
  private static final SgdConfig SGD = new SgdConfig(RATE, 1e6f);

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndCases")
  void lossUpdateAndScoresMatchTheReference(LayerProbe probe, Case layer) {
    LayerLoss loss = loss(layer);
    LayerInput input = layer.input().withState(null);
    LayerInput dropped =
        input.withDropout(probe.multipliers(layer.config(), layer.steps(), layer.batch()));
    Map<String, double[]> tensors = layer.tensors(true);
    ReferenceLayer reference = layer.reference();
    ReferenceLayer.Gradients expected = reference.gradients(tensors, dropped, loss);
    Weights weights = Weights.of(layer.config(), layer.outputs(), layer.floatTensors(true));
    Sequences sequences = LayerProbe.sequences(input);
    Labels targets = targets(loss);
    try (SequenceModel model = new SequenceModel(weights, head(layer), SGD, probe.device())) {
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
          LayerOutput.doubles(scores(model, sequences)),
          reference.scores(updated, input, where(layer)),
          CLOSE);
      assertClose(model.evaluate(sequences, targets), reference.loss(updated, input, loss));
    }
  }

  private static float[][][] scores(SequenceModel model, Sequences sequences) {
    return model.head().ofLast()
        ? new float[][][] {model.predict(sequences)}
        : model.predictEachStep(sequences);
  }

  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(CLOSE * Math.max(1, Math.abs(expected))));
  }

  static Stream<Arguments> setsAndCases() {
    return GruTest.setsAndCases()
        .filter(arguments -> arguments.get()[1] instanceof Case layer && hasTargets(layer));
  }

  /** Where nothing counts the reference has no mean. */
  private static boolean hasTargets(Case layer) {
    return Arrays.stream(targets(loss(layer)).classes()).anyMatch(known -> known >= 0);
  }

  private static LayerLoss.Head where(Case layer) {
    return layer.seed() % 2 == 0 ? LayerLoss.Head.LAST : LayerLoss.Head.EACH_STEP;
  }

  private static boolean predictsValues(Case layer) {
    return layer.seed() / 2 % 2 == 0;
  }

  private static Head head(Case layer) {
    int outputs = layer.outputs();
    if (where(layer) == LayerLoss.Head.LAST) {
      return predictsValues(layer) ? Head.predictLast(outputs) : Head.classifyLast(outputs);
    }
    return predictsValues(layer) ? Head.predictEachStep(outputs) : Head.classifyEachStep(outputs);
  }

  /** What the case draws, without the targets of masked steps. */
  private static LayerLoss loss(Case layer) {
    LayerLoss.Head where = where(layer);
    boolean[][] valid = where == LayerLoss.Head.LAST ? null : layer.valid();
    if (predictsValues(layer)) {
      LayerLoss.MeanSquaredError drawn = layer.meanSquaredError(where);
      boolean[][] counted = drawn.counted();
      for (int step = 0; valid != null && step < counted.length; step++) {
        for (int row = 0; row < counted[step].length; row++) {
          counted[step][row] &= valid[step][row];
        }
      }
      return drawn;
    }
    LayerLoss.CrossEntropy drawn = layer.crossEntropy(where);
    for (int step = 0; valid != null && step < drawn.targets().length; step++) {
      for (int row = 0; row < drawn.targets()[step].length; row++) {
        drawn.targets()[step][row] = valid[step][row] ? drawn.targets()[step][row] : -1;
      }
    }
    return drawn;
  }

  private static Labels targets(LayerLoss loss) {
    return switch (loss) {
      case LayerLoss.CrossEntropy entropy -> Labels.classesOfSteps(entropy.targets());
      case LayerLoss.MeanSquaredError error ->
          Labels.valuesOfSteps(LayerOutput.floats(error.targets())).counting(error.counted());
      case LayerLoss.WeightedSum sum -> throw new IllegalArgumentException("no target: " + sum);
    };
  }

  // ---- What a user does ----

  private static final GruConfig SMALL = GruConfig.builder(2, 5).build();

  private static SequenceModel model(Head head) {
    return new SequenceModel(
        Weights.initial(SMALL, head.outputs(), Initialization.UNIFORM, 1),
        head,
        SGD,
        Device.fastest());
  }

  private static Sequences sequences(int steps, int batch) {
    float[] values = new float[steps * batch * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 11) / 11f - 0.4f;
    }
    return new Sequences(steps, batch, 2, values, null, null);
  }

  @Test
  void whereNothingCountsNothingIsLearned() {
    try (SequenceModel model = model(Head.classifyLast(3))) {
      float[] before = model.weights().parameters().toHeapArray();
      assertThat(model.train(sequences(3, 2), Labels.classes(-1, -1))).isZero();
      assertThat(model.weights().parameters().toHeapArray()).isEqualTo(before);
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
      assertThatThrownBy(() -> model.train(sequences(3, 2), Labels.classes(0, 1, 2)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("[1][3]")
          .hasMessageContaining("[1][2]");
      assertThatThrownBy(() -> model.train(sequences(3, 2), Labels.classes(0, 3)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("class 3");
      assertThatThrownBy(
              () -> model.train(sequences(3, 2), Labels.values(new float[][] {{1}, {2}})))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("classes");
      assertThatThrownBy(() -> model.predictEachStep(sequences(3, 2)))
          .isInstanceOf(InvalidInputException.class);
    }
  }
}
