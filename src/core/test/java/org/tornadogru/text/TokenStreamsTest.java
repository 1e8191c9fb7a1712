package org.tornadogru.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.graph.DeviceProbe;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomTexts.Text;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.oracle.ReferenceSgd;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;

class TokenStreamsTest {

  private static final int PAD = Sequences.PADDING;

  /** A text in which every token is its own place. */
  private static int[] places(int length) {
    return IntStream.range(0, length).toArray();
  }

  // ---- What is cut ----

  @Test
  void rowsAreNeighboursAndBatchesGoOnInEachOfThem() {
    TokenBatches streams = TokenBatches.streams(places(16), 2, 3);

    assertThat(streams.count()).isEqualTo(3);
    assertThat(streams.tokens(0)).containsExactly(0, 7, 1, 8, 2, 9, 3, 10);
    assertThat(streams.tokens(1)).containsExactly(3, 10, 4, 11, 5, 12, 6, 13);
    assertThat(streams.tokens(2)).containsExactly(6, 13, 7, 14, PAD, 15, PAD, PAD);
    assertThat(batches(streams).map(Batch::begins)).containsExactly(true, false, false);
  }

  @Test
  void windowsBeginAnewInEveryBatch() {
    TokenBatches windows = TokenWindows.all(places(30), 2).training(4, 0, 1);

    assertThat(windows.count()).isGreaterThan(1);
    assertThat(batches(windows)).allMatch(Batch::begins);
  }

  record Cut(int length, int batch, int steps) {}

  static Stream<Cut> cuts() {
    return Stream.concat(
        Stream.of(
            new Cut(2, 1, 1),
            new Cut(2, 3, 5),
            new Cut(13, 3, 4), // full to the last
            new Cut(14, 3, 4), // one over
            new Cut(12, 3, 4)), // one short
        LongStream.rangeClosed(1, 40)
            .mapToObj(SplittableRandom::new)
            .map(r -> new Cut(r.nextInt(2, 400), r.nextInt(1, 12), r.nextInt(1, 20))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cuts")
  void everyTokenButTheFirstIsPredictedOnceFromAllOfItsRow(Cut cut) {
    TokenBatches streams = TokenBatches.streams(places(cut.length), cut.batch, cut.steps);
    List<Integer> predicted = new ArrayList<>();
    int[] last = new int[cut.batch];
    Arrays.fill(last, PAD);

    for (int index = 0; index < streams.count(); index++) {
      int[] tokens = streams.tokens(index);
      assertThat(tokens).hasSize((cut.steps + 1) * cut.batch);
      for (int row = 0; row < cut.batch; row++) {
        if (tokens[row] != PAD && index > 0) {
          assertThat(tokens[row]).as("goes on").isEqualTo(last[row]);
        }
        for (int time = 0; time < cut.steps; time++) {
          int input = tokens[time * cut.batch + row];
          int target = tokens[(time + 1) * cut.batch + row];
          if (target != PAD) {
            assertThat(target).isEqualTo(input + 1);
            predicted.add(target);
          }
          assertThat(input == PAD && target != PAD).as("padding is at the end").isFalse();
        }
        last[row] = tokens[cut.steps * cut.batch + row];
      }
    }

    assertThat(predicted)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(1, cut.length).boxed().toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cuts")
  void onlyTheLastBatchIsPaddedIfThereIsEnoughForAllRows(Cut cut) {
    TokenBatches streams = TokenBatches.streams(places(cut.length), cut.batch, cut.steps);

    if (cut.length > cut.batch * cut.steps) {
      int longest = Math.ceilDiv(cut.length - 1, cut.batch);
      assertThat(streams.count()).isEqualTo(Math.ceilDiv(longest, cut.steps));
      for (int index = 0; index < streams.count() - 1; index++) {
        assertThat(streams.tokens(index)).as("batch %d", index).doesNotContain(PAD);
      }
    }
    assertThat(Arrays.stream(streams.tokens(streams.count() - 1)).filter(id -> id != PAD))
        .as("what the last batch predicts")
        .hasSizeGreaterThan(1);
  }

  // ---- The split ----

  @Test
  void theTailValidatesAndNothingIsLeftOut() {
    TokenStreams streams = TokenStreams.of(places(1_000), 4, 8);

    assertThat(streams.trainTokens()).isEqualTo(950);
    assertThat(streams.validationTokens()).isEqualTo(50);
    assertThat(tokens(streams.training())).containsExactly(places(950));
    assertThat(tokens(streams.validation())).containsExactly(IntStream.range(950, 1_000).toArray());
    assertThat(streams.training().get(0).sequences().steps())
        .isEqualTo(streams.validation().get(0).sequences().steps());
    assertThat(TokenStreams.of(places(1_000), 4, 8, 0.3).validationTokens()).isEqualTo(300);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void eachPartHasAtLeastOneWindow(int steps) {
    int window = steps + 1;
    TokenStreams shortest = TokenStreams.of(places(2 * window), 5, steps);

    assertThat(shortest.validationTokens()).isEqualTo(window);
    assertThat(shortest.trainTokens()).isEqualTo(window);
    assertThat(shortest.training().count()).isEqualTo(1);
    assertRefused(() -> TokenStreams.of(places(2 * window - 1), 5, steps), "longer text");
  }

  @Test
  void whatIsTooShortIsSaidInLengths() {
    assertThatThrownBy(() -> TokenStreams.of(places(100), 4, 60, 0.3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the text has 100 characters after encoding, of which 39 would train and 61 validate:"
                + " 60 steps need at least 61 of each; give a longer text or fewer steps");
    assertRefused(() -> TokenStreams.of(places(5), 4, 60), "of which 0 would train and 5 validate");
    assertRefused(() -> TokenStreams.of(places(100), 4, Integer.MAX_VALUE), "100 characters");
    assertRefused(() -> TokenStreams.of(places(100), 0, 6), "at least 1 window");
    assertRefused(() -> TokenStreams.of(places(100), 4, 0), "at least 1 step");
    assertRefused(() -> TokenBatches.streams(places(1), 1, 1), "at least 2");
    for (double part : new double[] {0, 1, -0.1, Double.NaN}) {
      assertRefused(() -> TokenStreams.of(places(100), 4, 6, part), "above 0 and below 1");
    }
  }

  // ---- What a model makes of it ----

  private static final int VOCABULARY = 7;
  private static final int BATCH = 3;
  private static final int STEPS = 4;
  private static final Optimization SGD = Optimization.sgd(0.5f, 1e6f);

  private static RandomLayer model(ResetPlacement reset) {
    GruConfig config = GruConfig.builder(VOCABULARY, 5).tokens().layers(2).reset(reset).build();
    return new RandomLayer(3, config, VOCABULARY, STEPS, BATCH, null, null, true);
  }

  private static int[] text(int length) {
    return new SplittableRandom(5).ints(length, 0, VOCABULARY).toArray();
  }

  private static SequenceModel stateful(RandomLayer model) {
    return SequenceModel.stateful(
        DeviceProbe.weights(model, model.tensors(true)),
        Head.nextToken(VOCABULARY),
        SGD,
        Device.fastest());
  }

  /** A batch for the reference. */
  private static Text reference(
      RandomLayer model, TokenBatches streams, int index, double[][][] state) {
    int[] tokens = streams.tokens(index);
    int[][] steps = new int[STEPS + 1][];
    Arrays.setAll(steps, t -> Arrays.copyOfRange(tokens, t * BATCH, (t + 1) * BATCH));
    return new Text(model, steps, state);
  }

  /**
   * Two epochs with a remainder. What validates in the middle of one, or ends the one before, does
   * not reach what trains.
   */
  @ParameterizedTest
  @EnumSource
  void trainingCarriesTheStateButNotTheGradient(ResetPlacement reset) {
    RandomLayer layer = model(reset);
    TokenBatches streams = TokenBatches.streams(text(2 * BATCH * STEPS + 9), BATCH, STEPS);
    Batches validation = TokenBatches.streams(text(BATCH * STEPS + 6), BATCH, STEPS);
    assertThat(streams.count()).isEqualTo(3);
    assertThat(streams.tokens(2)).contains(PAD);
    Map<String, double[]> tensors = layer.tensors(true);
    double[][][] state = null;
    double measured = 0;
    try (SequenceModel model = stateful(layer)) {
      for (int update = 0; update < 2 * streams.count(); update++) {
        int index = update % streams.count();
        if (index == 0) {
          state = null;
        }
        Text batch = reference(layer, streams, index, state);
        ReferenceLayer.Gradients expected = batch.gradients(tensors);
        state = layer.reference().forward(tensors, batch.input()).finalStates();
        tensors = new ReferenceSgd(0.5, Double.POSITIVE_INFINITY).step(tensors, expected.tensors());

        assertThat((double) model.train(streams.get(index)))
            .as("epoch %d, batch %d", update / streams.count(), index)
            .isCloseTo(expected.loss(), within(1e-5));
        measured = model.evaluate(validation);
      }
      Map<String, double[]> trained = ReferenceLayer.byName(model.weights().tensors());
      tensors.forEach(
          (name, tensor) -> LayerOutput.assertEquals(name, trained.get(name), tensor, 1e-5));
      assertThat(model.evaluate(validation)).as("again").isEqualTo(measured);
    }
  }

  /** The loss over streams is that over the rows as they are, each read in one go. */
  @ParameterizedTest
  @CsvSource({"31, 3", "30, 3", "6, 1"}) // the last has but one row, the others are padding
  void theLossIsThatOfTheRowsAsAWhole(int length, int rows) {
    RandomLayer layer = model(ResetPlacement.AFTER);
    int[] text = text(length);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      int from = row * (length - 1) / rows;
      int to = (row + 1) * (length - 1) / rows;
      int[] whole = Arrays.copyOfRange(text, from, to + 1);
      int[][] steps = Arrays.stream(whole).mapToObj(id -> new int[] {id}).toArray(int[][]::new);
      sum += new Text(layer, steps, null).loss(layer.tensors(true)) * (to - from);
    }
    TokenBatches streams = TokenBatches.streams(text, BATCH, STEPS);
    try (SequenceModel model = stateful(layer)) {
      assertThat(batches(streams).mapToInt(batch -> model.labels(batch).count()).sum())
          .isEqualTo(length - 1);
      assertThat(model.evaluate(streams)).isCloseTo(sum / (length - 1), within(1e-5));
    }
  }

  /** What stands where there is no token could be any, and the same comes out. */
  @Test
  void paddingBehindARowDisturbsNeitherItNorTheOthers() {
    RandomLayer layer = model(ResetPlacement.BEFORE);
    int[][] padded = {{1, 2, 3}, {4, 5, 6}, {0, PAD, 2}, {3, PAD, 1}, {6, PAD, 5}};
    boolean[][] mask = new boolean[5][];
    Arrays.setAll(mask, t -> new boolean[] {true, t < 2, true});
    int[][] other = Arrays.stream(padded).map(int[]::clone).toArray(int[][]::new);
    for (int time = 2; time < 5; time++) {
      other[time][1] = time;
    }
    Text text = new Text(layer, padded, null);
    Map<String, double[]> expected =
        new ReferenceSgd(0.5, Double.POSITIVE_INFINITY)
            .step(layer.tensors(true), text.gradients(layer.tensors(true)).tensors());
    for (Sequences same :
        List.of(Sequences.ofTokens(padded), Sequences.ofTokens(other).withMask(mask))) {
      try (SequenceModel model = stateful(layer)) {
        assertThat((double) model.train(same))
            .isCloseTo(text.loss(layer.tensors(true)), within(1e-5));
        Map<String, double[]> trained = ReferenceLayer.byName(model.weights().tensors());
        expected.forEach(
            (name, tensor) -> LayerOutput.assertEquals(name, trained.get(name), tensor, 1e-5));
      }
    }
  }

  /** Where in a period of 5 a window of 3 steps lies is nowhere in it, but in the state. */
  @Test
  void aStreamLearnsWhatIsLongerThanItsWindows() {
    int[] tokens = IntStream.range(0, 4_000).map(place -> place % 5 == 0 ? 1 : 0).toArray();
    TokenStreams streams = TokenStreams.of(tokens, 4, 3);
    GruConfig config = GruConfig.ofTokens(2, 12, ResetPlacement.AFTER);
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 1);
    Head head = Head.nextToken(2);
    Optimization sgd = Optimization.sgd(1, 1);
    try (SequenceModel model = SequenceModel.stateful(weights, head, sgd, Device.fastest());
        SequenceModel forgetful = new SequenceModel(weights, head, sgd, Device.fastest())) {
      assertThat(validationLoss(model, streams)).isLessThan(0.1);
      assertThat(validationLoss(forgetful, streams)).isGreaterThan(0.2);
    }
  }

  private static double validationLoss(SequenceModel model, TokenStreams streams) {
    return new Trainer(model, epoch -> streams.training(), streams.validation())
        .train(12, TrainingListener.all())
        .last()
        .validationLoss();
  }

  private static Stream<Batch> batches(Batches batches) {
    return IntStream.range(0, batches.count()).mapToObj(batches::get);
  }

  /** All that are cut, each once, in the order of the text. */
  private static int[] tokens(TokenBatches streams) {
    return IntStream.range(0, streams.count())
        .flatMap(index -> Arrays.stream(streams.tokens(index)))
        .filter(id -> id != PAD)
        .sorted()
        .distinct()
        .toArray();
  }
}
