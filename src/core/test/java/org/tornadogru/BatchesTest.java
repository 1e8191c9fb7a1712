package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.text.TokenStreams;
import org.tornadogru.text.TokenWindows;
import org.tornadogru.train.BatchMetrics;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingResult;

class BatchesTest {

  private static final int STEPS = 3;
  private static final int COUNT = 11;
  private static final int BATCH = 4;

  // ---- A set of sequences ----

  /** What belongs to sequence {@code row} begins with it. */
  private static final Sequences VECTORS =
      Sequences.of(
          Tensor.of("x", List.of(STEPS, COUNT, 2), place -> place / 2 % COUNT + place % 2 * 0.5f));

  private static final Sequences MASKED =
      VECTORS.withLengths(IntStream.range(0, COUNT).map(row -> row % 3 + 1).toArray());

  private static final Sequences TOKENS =
      Sequences.ofTokens(COUNT, IntStream.range(0, STEPS * COUNT).toArray());

  private static final Labels CLASSES = Labels.classes(IntStream.range(0, COUNT).toArray());

  private static final Labels VALUES =
      Labels.valuesOfSteps(Tensor.of("y", List.of(STEPS, COUNT, 1), place -> place % COUNT).to3d());

  /** Each batch of each epoch, and the sequences that should be in it. */
  @Test
  void sequencesKeepTheirStepsMasksAndLabels() {
    for (int epoch = 1; epoch <= 3; epoch++) {
      int[] order = Batches.order(COUNT, 7, epoch);
      for (int index = 0; index < 3; index++) {
        int[] rows = Arrays.copyOfRange(order, index * BATCH, Math.min(COUNT, (index + 1) * BATCH));
        Batch classes = Batches.shuffled(MASKED, CLASSES, BATCH, 7, epoch).get(index);
        Batch values = Batches.shuffled(TOKENS, VALUES, BATCH, 7, epoch).get(index);
        assertThat(classes.sequences().isMasked()).isTrue();
        assertThat(values.sequences().isMasked()).isFalse();
        for (int place = 0; place < STEPS * rows.length; place++) {
          int step = place / rows.length;
          int row = rows[place % rows.length];
          Tensor x = classes.sequences().vectors().orElseThrow();
          assertThat(x.get(step, place % rows.length, 1)).isEqualTo(row + 0.5f);
          assertThat(classes.sequences().isValid(place)).isEqualTo(step < row % 3 + 1);
          assertThat(classes.labels().at(place % rows.length)).isEqualTo(row);
          assertThat(values.sequences().token(place)).isEqualTo(step * COUNT + row);
          Tensor y = values.labels().values().orElseThrow();
          assertThat(y.get(step, place % rows.length, 0)).isEqualTo(row);
        }
        assertThat(classes.labels().batch()).isEqualTo(rows.length);
        assertThat(values.labels().steps()).isEqualTo(STEPS);
        assertThat(classes.begins()).isTrue();
      }
    }
  }

  @Test
  void eachSequenceComesOnceAnEpochInAnOrderOfItsOwn() {
    List<List<Integer>> orders =
        IntStream.rangeClosed(1, 4)
            .mapToObj(epoch -> classes(Batches.shuffled(VECTORS, CLASSES, BATCH, 7, epoch)))
            .toList();

    assertThat(orders).doesNotHaveDuplicates();
    assertThat(orders)
        .allSatisfy(
            order ->
                assertThat(order)
                    .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COUNT).boxed().toList()));
    assertThat(classes(Batches.shuffled(VECTORS, CLASSES, 3, 7, 1)))
        .as("another size of batch")
        .isEqualTo(orders.getFirst());
    assertThat(classes(Batches.of(VECTORS, CLASSES, BATCH)))
        .as("without shuffling")
        .isEqualTo(IntStream.range(0, COUNT).boxed().toList());
  }

  private static List<Integer> classes(Batches batches) {
    return IntStream.range(0, batches.count())
        .mapToObj(index -> batches.get(index).labels())
        .flatMap(labels -> IntStream.range(0, labels.batch()).mapToObj(labels::at))
        .toList();
  }

  @Test
  void aLanguageModelsLabelsAreInItsTokens() {
    Batches batches = Batches.of(TOKENS, Labels.NEXT_TOKENS, BATCH);

    assertThat(batches.count()).isEqualTo(3);
    assertThat(batches.get(2).labels()).isSameAs(Labels.NEXT_TOKENS);
    assertThat(batches.get(2).sequences().batch()).isEqualTo(3);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertRefused(() -> Batches.of(VECTORS, CLASSES, 0), "at least 1");
    assertRefused(
        () -> Batches.of(VECTORS, Labels.classes(1, 2), 3), "labels of 2 sequences but 11");
    Batches batches = Batches.of(VECTORS, CLASSES, BATCH);
    assertThatThrownBy(() -> batches.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> VECTORS.rows(COUNT)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  // ---- What trains ----

  /** A source that has no batch before it is asked for one, and keeps none. */
  private static final class Sums implements Batches {

    final List<Integer> asked = new ArrayList<>();

    @Override
    public int count() {
      return 30;
    }

    @Override
    public Batch get(int index) {
      asked.add(index);
      SplittableRandom random = new SplittableRandom(index);
      float[][][] x = new float[5][16][1];
      float[][] sums = new float[16][1];
      for (int place = 0; place < 5 * 16; place++) {
        float value = (float) random.nextDouble(-0.5, 0.5);
        x[place / 16][place % 16][0] = value;
        sums[place % 16][0] += value;
      }
      return new Batch(Sequences.of(x), Labels.values(sums));
    }
  }

  @Test
  void aSourceOfOnesOwnIsAskedForABatchWhenItIsItsTurn() {
    Sums training = new Sums();
    Sums validation = new Sums();
    Head head = Head.predictLast(1);
    Weights weights =
        Weights.initial(GruConfig.builder(1, 8).build(), 1, Initialization.UNIFORM, 1);
    List<Integer> askedBefore = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void batchDone(BatchMetrics batch) {
            askedBefore.add(training.asked.size());
          }
        };
    try (SequenceModel model =
        new SequenceModel(weights, head, Optimization.sgd(0.3f, 1f), Device.fastest())) {
      TrainingResult result = new Trainer(model, epoch -> training, validation).train(10, listener);

      List<Integer> epoch = IntStream.range(0, 30).boxed().toList();
      assertThat(training.asked).hasSize(300).startsWith(epoch.toArray(Integer[]::new));
      assertThat(training.asked.subList(270, 300)).isEqualTo(epoch);
      assertThat(validation.asked).hasSize(300);
      assertThat(askedBefore).isEqualTo(IntStream.rangeClosed(1, 300).boxed().toList());
      assertThat(result.last().validationLoss())
          .isLessThan(result.epochs().getFirst().trainLoss() / 5);
    }
  }

  static Stream<Batches> sources() {
    int[] tokens = IntStream.range(0, 400).map(place -> place * place % 5).toArray();
    int[] rows = Arrays.copyOf(tokens, 50);
    return Stream.of(
        Batches.of(Sequences.ofTokens(5, rows), Labels.NEXT_TOKENS, 5),
        TokenWindows.all(tokens, 9).training(5, 1, 1),
        TokenStreams.of(tokens, 5, 9).training(),
        Batches.of(
            6,
            index ->
                Batch.ofTokens(Sequences.ofTokens(5, Arrays.copyOfRange(tokens, index, index + 50)))
                    .beginning()));
  }

  @ParameterizedTest
  @MethodSource("sources")
  void arraysWindowsStreamsAndASourceOfOnesOwnTrainAlike(Batches source) {
    GruConfig config = GruConfig.ofTokens(5, 6, ResetPlacement.AFTER);
    Weights weights = Weights.initial(config, 5, Initialization.UNIFORM, 1);
    try (SequenceModel model =
        SequenceModel.stateful(
            weights, Head.nextToken(5), Optimization.sgd(0.5f, 1f), Device.fastest())) {
      double before = model.evaluate(source);
      TrainingResult result =
          new Trainer(model, epoch -> source, source).train(5, TrainingListener.all());
      assertThat(result.last().validationLoss()).isLessThan(before);
    }
  }
}
