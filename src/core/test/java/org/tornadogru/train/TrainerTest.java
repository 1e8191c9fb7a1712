package org.tornadogru.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.text.TokenBatches;
import org.tornadogru.text.TokenWindows;
import org.tornadogru.text.Vocabulary;

class TrainerTest {

  private static final Device DEVICE = Device.fastest();
  private static final String RHYME = "one two buckle my shoe three four knock at the door ";
  private static final Vocabulary VOCABULARY = Vocabulary.ofCharacters(RHYME);

  @ParameterizedTest(name = "reset {0}")
  @EnumSource
  void aTinyTextIsLearnedByHeart(ResetPlacement reset) {
    int steps = 30;
    TrainingConfig config =
        new TrainingConfig(
            24,
            reset,
            Initialization.UNIFORM,
            new SequenceShape(steps, 26),
            100,
            Optimization.sgd(2, 1),
            0);
    TrainingResult result =
        train(config, TokenWindows.all(VOCABULARY.encode(RHYME.repeat(3)), steps));

    // What follows the first letter of a window cannot be known, so windows are long.
    assertThat(result.last().trainPerplexity()).isLessThan(1.1);
    assertThat(result.epochs()).hasSize(100);
  }

  /** Floating-point sums are in a fixed order on the plain JVM; a driver may reorder them. */
  @Tag("plain-jvm")
  @Test
  void theSameSeedGivesTheSameBits() {
    TrainingResult first = train(5, 1);
    TrainingResult again = train(5, 1);
    TrainingResult other = train(5, 2);

    assertThat(losses(again)).isEqualTo(losses(first));
    assertThat(again.weights().tensors()).isEqualTo(first.weights().tensors());
    assertThat(losses(other)).isNotEqualTo(losses(first));
  }

  @Test
  void theValidationLossIsThatOfTheWeightsAtTheEpochsEnd() {
    List<Double> measured = new ArrayList<>();
    List<Double> reported = new ArrayList<>();
    int[] validation = VOCABULARY.encode(RHYME);
    // Windows of one step: those of the whole text are then those of the evaluator.
    TokenWindows windows = TokenWindows.all(VOCABULARY.encode(RHYME.repeat(3)), 1);
    TrainingConfig config =
        new TrainingConfig(
            7,
            ResetPlacement.BEFORE,
            Initialization.UNIFORM,
            new SequenceShape(1, 10),
            3,
            Optimization.sgd(1, 1),
            0);
    train(
        config,
        windows,
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics epoch, Weights weights) {
            reported.add(epoch.validationLoss());
            try (SequenceModel finished = finished(weights)) {
              measured.add(finished.evaluate(TokenBatches.following(validation, 1)));
            }
          }
        });

    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(reported.get(epoch)).isCloseTo(measured.get(epoch), within(1e-5));
    }
  }

  @Test
  void paddingOfTheLastBatchDoesNotCountInTheMean() {
    int[] tokens = VOCABULARY.encode(RHYME.repeat(3));
    Weights weights =
        Weights.initial(
            config(ResetPlacement.AFTER, 1, 1f, 3).model(VOCABULARY.size()),
            VOCABULARY.size(),
            Initialization.UNIFORM,
            3);
    try (SequenceModel model = finished(weights)) {
      TokenBatches batches = TokenBatches.following(tokens, 11);
      double whole = model.evaluate(batches);

      // The same windows one by one, the last one shorter.
      double sum = 0;
      for (int start = 0; start < tokens.length - 1; start += 11) {
        int[] window = Arrays.copyOfRange(tokens, start, Math.min(start + 12, tokens.length));
        sum += model.evaluate(TokenBatches.following(window, 11)) * (window.length - 1);
      }
      assertThat(model.labels(batches.get(0)).count()).isEqualTo(tokens.length - 1);
      assertThat(whole).isCloseTo(sum / (tokens.length - 1), within(1e-5));
    }
  }

  @Test
  void aTextWithNothingToPredictIsRefused() {
    assertRefused(() -> TokenBatches.following(new int[] {0}, 32), "at least 2");
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunWithEpochAndBatch() {
    List<Integer> good = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics epoch, Weights weights) {
            good.add(epoch.epoch());
          }
        };

    TrainingConfig config = config(ResetPlacement.AFTER, 50, 500f, 0);
    assertThatThrownBy(() -> train(config, windows(), listener))
        .isInstanceOfSatisfying(
            DivergedException.class,
            diverged -> {
              assertThat(diverged.epoch()).isEqualTo(good.size() + 1);
              assertThat(diverged)
                  .hasMessageMatching(
                      "the (validation )?loss became .* in epoch \\d+, batch \\d+: lower.*");
            });
    assertThat(good).isNotEmpty();
  }

  @Test
  void eachEpochReportsItsOwnBytes() {
    TrainingResult result = train(4, 0);

    List<Long> toDevice = result.epochs().stream().map(EpochMetrics::bytesToDevice).toList();
    List<Long> fromDevice = result.epochs().stream().map(EpochMetrics::bytesFromDevice).toList();
    assertThat(toDevice.get(0))
        .as("the first epoch has the weights")
        .isGreaterThan(toDevice.get(1));
    assertThat(toDevice.get(1)).isPositive().isEqualTo(toDevice.get(2)).isEqualTo(toDevice.get(3));
    assertThat(fromDevice.get(0)).isPositive().isEqualTo(fromDevice.get(3));
    assertThat(result.transfers().toDevice())
        .isEqualTo(toDevice.stream().mapToLong(Long::longValue).sum());
    assertThat(result.transfers().fromDevice())
        .isEqualTo(fromDevice.stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void listenersHearOfEveryBatchAndEpochInOrder() {
    List<String> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void batchDone(BatchMetrics batch) {
            heard.add(batch.epoch() + "." + batch.batch() + "/" + batch.batches());
          }

          @Override
          public void epochDone(EpochMetrics epoch, Weights weights) {
            heard.add("epoch " + epoch.epoch());
          }
        };
    train(
        config(ResetPlacement.AFTER, 2, 1f, 0),
        windows(),
        TrainingListener.all(listener, listener));

    List<String> once =
        List.of("1.1/3", "1.2/3", "1.3/3", "epoch 1", "2.1/3", "2.2/3", "2.3/3", "epoch 2");
    assertThat(heard)
        .isEqualTo(once.stream().flatMap(event -> List.of(event, event).stream()).toList());
  }

  /** Any model and any batches: here a classifier of the sign of a sum, in two sizes of batch. */
  @Test
  void aClassifierGoesOnFromTheWeightsItHas() {
    GruConfig config = GruConfig.builder(2, 8).build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 1);
    Batches batches = Batches.of(List.of(signs(20, 1), signs(20, 2), signs(7, 3)));
    Optimization sgd = Optimization.sgd(1f, 1);
    try (SequenceModel model = new SequenceModel(weights, Head.classifyLast(2), sgd, DEVICE)) {
      Trainer trainer = new Trainer(model, epoch -> batches);
      TrainingResult first = trainer.train(20, TrainingListener.all());
      TrainingResult second = trainer.train(20, TrainingListener.all());
      assertThat(first.last().validationLoss()).as("without validation").isNaN();
      assertThat(second.epochs().getFirst().trainLoss()).isLessThan(first.last().trainLoss() * 1.5);
      assertThat(second.last().trainLoss()).isLessThan(0.3);
      assertThat(model.evaluate(batches)).isLessThan(0.3);
      assertThat(second.transfers().plus(first.transfers()).toDevice())
          .isLessThan(model.transfers().toDevice());
    }
  }

  private static Batch signs(int batch, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor x = Tensor.of("x", List.of(4, batch, 2), place -> (float) random.nextDouble(-1, 1));
    int[] classes = new int[batch];
    for (int row = 0; row < batch; row++) {
      float sum = 0;
      for (int step = 0; step < 4; step++) {
        sum += x.get(step, row, 0);
      }
      classes[row] = sum > 0 ? 1 : 0;
    }
    return new Batch(Sequences.of(x), Labels.classes(classes));
  }

  private static TrainingResult train(int epochs, long seed) {
    return train(config(ResetPlacement.AFTER, epochs, 1f, seed), windows());
  }

  private static TrainingResult train(TrainingConfig config, TokenWindows windows) {
    return train(config, windows, TrainingListener.all());
  }

  private static TrainingResult train(
      TrainingConfig config, TokenWindows windows, TrainingListener listener) {
    int rows = windows.rows(config.shape().batch());
    try (SequenceModel model = config.languageModel(VOCABULARY.size(), DEVICE)) {
      return new Trainer(
              model,
              epoch -> windows.training(rows, config.seed(), epoch),
              windows.validation(rows))
          .train(config.epochs(), listener);
    }
  }

  private static SequenceModel finished(Weights weights) {
    return new SequenceModel(weights, Head.nextToken(VOCABULARY.size()), DEVICE);
  }

  private static TokenWindows windows() {
    return TokenWindows.all(VOCABULARY.encode(RHYME.repeat(3)), 13);
  }

  private static TrainingConfig config(
      ResetPlacement reset, int epochs, float learningRate, long seed) {
    return new TrainingConfig(
        24,
        reset,
        Initialization.UNIFORM,
        new SequenceShape(13, 33),
        epochs,
        Optimization.sgd(learningRate, 1),
        seed);
  }

  private static List<Double> losses(TrainingResult result) {
    return result.epochs().stream()
        .flatMap(epoch -> List.of(epoch.trainLoss(), epoch.validationLoss()).stream())
        .toList();
  }
}
