package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Optimization;

/** Batches that are filled up to a few shapes are as they were, and cost few compilations. */
class ShapePolicyTest {

  private static final Device DEVICE = Device.fastest();
  private static final Optimization ADAM = Optimization.of(new Adam(0.005f));
  private static final float CLOSE = 2e-5f;
  private static final int SYMBOLS = 7;

  /** A device compiles for each shape of the exact policy. */
  private static final int SEQUENCES = DEVICE.isPlainJvm() ? 30 : 3;

  private static Sequences tokens(int steps, int rows, long seed) {
    int[] ids = new SplittableRandom(seed).ints((long) steps * rows, 0, SYMBOLS).toArray();
    return Sequences.ofTokens(rows, ids);
  }

  /** Each crosses alone: what the model has learned does not. */
  @Test
  void aShuffledSetOfLengthsCostsAtMostEightCompilations() {
    GruConfig config = GruConfig.builder(SYMBOLS, 40).tokens().layers(2).build();
    Head head = Head.classifyEachStep(3);
    Weights weights = Weights.initial(config, 3, Initialization.UNIFORM, 1);
    ShapePolicy policy = ShapePolicy.padded(4, 12, 25, 50, 100, 200, 400);
    SplittableRandom random = new SplittableRandom(2);
    try (SequenceModel padded = new SequenceModel(weights, head, ADAM, policy, DEVICE);
        SequenceModel exact = new SequenceModel(weights, head, ADAM, DEVICE)) {
      for (int index = 0; index < SEQUENCES; index++) {
        int steps = index == 0 ? 400 : 5 + random.nextInt(396);
        int rows = 1 + random.nextInt(4);
        int[][] classes = new int[steps][];
        for (int step = 0; step < steps; step++) {
          classes[step] = random.ints(rows, 0, 3).toArray();
        }
        Batch batch = new Batch(tokens(steps, rows, index), Labels.classesOfSteps(classes));
        Transfers before = padded.transfers();
        assertThat(padded.train(batch)).isCloseTo(exact.train(batch), within(CLOSE));
        if (index > 0) {
          assertThat(padded.transfers().minus(before).toDevice()).isLessThan(4L * weights.count());
        }
      }
      assertThat(padded.compilations()).isLessThanOrEqualTo(8);
      assertClose(padded.weights(), exact.weights());
    }
  }

  private static void assertClose(Weights actual, Weights expected) {
    for (int i = 0; i < expected.tensors().size(); i++) {
      assertClose(actual.tensors().get(i), expected.tensors().get(i));
    }
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.values())
        .as(expected.name())
        .containsExactly(expected.values(), within(CLOSE));
  }

  static List<Head> heads() {
    return List.of(
        Head.classifyLast(3),
        Head.predictLast(3),
        Head.classifyEachStep(3),
        Head.predictEachStep(3),
        Head.nextToken(SYMBOLS));
  }

  /** Both ways where the head allows it: the reverse walk begins at each sequence's own end. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void whatIsFilledUpPredictsAndLearnsTheSame(Head head) {
    GruConfig.Builder builder = GruConfig.builder(SYMBOLS, 6).tokens().layers(2);
    if (head.target() != Target.NEXT_TOKEN) {
      builder.direction(Direction.BIDIRECTIONAL);
    }
    Weights weights = Weights.initial(builder.build(), head.outputs(), Initialization.UNIFORM, 4);
    ShapePolicy policy = ShapePolicy.padded(5, 4, 9);
    try (SequenceModel padded = new SequenceModel(weights, head, ADAM, policy, DEVICE);
        SequenceModel exact = new SequenceModel(weights, head, ADAM, DEVICE)) {
      for (int[] shape : new int[][] {{4, 5}, {7, 3}}) {
        Batch batch = batch(head, shape[0], shape[1]);
        for (int update = 0; update < 3; update++) {
          assertThat(padded.train(batch)).isCloseTo(exact.train(batch), within(CLOSE));
        }
        assertThat(padded.evaluate(batch)).isCloseTo(exact.evaluate(batch), within(CLOSE));
        Sequences sequences = tokens(shape[0], shape[1], 9);
        assertClose(padded.predict(sequences), exact.predict(sequences));
      }
      assertClose(padded.weights(), exact.weights());
    }
  }

  private static Batch batch(Head head, int steps, int rows) {
    if (head.target() == Target.NEXT_TOKEN) {
      return Batch.ofTokens(tokens(steps + 1, rows, 5));
    }
    Sequences sequences = tokens(steps, rows, 5);
    int labels = head.ofLast() ? 1 : steps;
    if (!head.loss().ofClasses()) {
      float[][][] values = new float[labels][rows][3];
      for (int place = 0; place < labels * rows * 3; place++) {
        values[place / (rows * 3)][place / 3 % rows][place % 3] = place * 5 % 7 / 7f;
      }
      return new Batch(sequences, Labels.valuesOfSteps(values));
    }
    int[][] classes = new int[labels][rows];
    for (int place = 0; place < labels * rows; place++) {
      classes[place / rows][place % rows] = place * 5 % 7 % 3;
    }
    return new Batch(sequences, Labels.classesOfSteps(classes));
  }

  @Test
  void aBatchThatIsLargerThanEveryShapeIsRefusedWithBoth() {
    Head head = Head.classifyLast(2);
    GruConfig config = GruConfig.builder(SYMBOLS, 4).tokens().build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 1);
    ShapePolicy policy = ShapePolicy.padded(2, 4, 8);
    try (SequenceModel model = new SequenceModel(weights, head, ADAM, policy, DEVICE)) {
      assertRefused(
          () -> model.train(tokens(9, 1, 1), Labels.classes(0)), "1 sequences of 9", "[4, 8]");
      assertRefused(
          () -> model.train(tokens(4, 3, 1), Labels.classes(0, 1, 0)), "3 sequences", "2 seq");
    }
    GruConfig kept = config.toBuilder().direction(Direction.REVERSE).keepReversed().build();
    Weights reversed = Weights.initial(kept, 2, Initialization.UNIFORM, 1);
    assertRefused(() -> new SequenceModel(reversed, head, ADAM, policy, DEVICE), "EXACT");
    assertRefused(() -> ShapePolicy.padded(2, 8, 4), "rising");
    assertRefused(() -> ShapePolicy.padded(0, 8), "at least one row");
  }
}
