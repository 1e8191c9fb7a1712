package org.tornadogru.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;
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
    TrainingResult result =
        new Trainer(
                new TrainingConfig(
                    24,
                    reset,
                    Initialization.UNIFORM,
                    new SequenceShape(steps, 26),
                    100,
                    new SgdConfig(2, 1),
                    0),
                VOCABULARY.size(),
                TokenWindows.all(VOCABULARY.encode(RHYME.repeat(3)), steps),
                DEVICE)
            .train(new TrainingListener() {});

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
    assertThat(again.weights().tensors())
        .usingRecursiveComparison()
        .isEqualTo(first.weights().tensors());
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
            new SgdConfig(1, 1),
            0);
    new Trainer(config, VOCABULARY.size(), windows, DEVICE)
        .train(
            new TrainingListener() {
              @Override
              public void epochDone(EpochMetrics epoch, Weights weights) {
                reported.add(epoch.validationLoss());
                measured.add(new Evaluator(weights, DEVICE).evaluate(validation, 1).loss());
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
    Evaluator evaluator = new Evaluator(weights, DEVICE);

    Evaluation whole = evaluator.evaluate(tokens, 11);

    // The same windows one by one, the last one shorter.
    double sum = 0;
    for (int start = 0; start < tokens.length - 1; start += 11) {
      int end = Math.min(start + 12, tokens.length);
      Evaluation window = evaluator.evaluate(Arrays.copyOfRange(tokens, start, end), 11);
      sum += window.loss() * window.characters();
    }
    assertThat(whole.characters()).isEqualTo(tokens.length - 1);
    assertThat(whole.loss()).isCloseTo(sum / whole.characters(), within(1e-5));
  }

  @Test
  void aTextWithNothingToPredictIsRefused() {
    Evaluator evaluator = new Evaluator(train(1, 0).weights(), DEVICE);

    assertThatThrownBy(() -> evaluator.evaluate(new int[] {0}, 32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at least 2");
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

    assertThatThrownBy(
            () ->
                new Trainer(
                        config(ResetPlacement.AFTER, 50, 500f, 0),
                        VOCABULARY.size(),
                        windows(),
                        DEVICE)
                    .train(listener))
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
    new Trainer(config(ResetPlacement.AFTER, 2, 1f, 0), VOCABULARY.size(), windows(), DEVICE)
        .train(TrainingListener.all(listener, listener));

    List<String> once =
        List.of("1.1/3", "1.2/3", "1.3/3", "epoch 1", "2.1/3", "2.2/3", "2.3/3", "epoch 2");
    assertThat(heard)
        .isEqualTo(once.stream().flatMap(event -> List.of(event, event).stream()).toList());
  }

  private static TrainingResult train(int epochs, long seed) {
    return new Trainer(
            config(ResetPlacement.AFTER, epochs, 1f, seed), VOCABULARY.size(), windows(), DEVICE)
        .train(new TrainingListener() {});
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
        new SgdConfig(learningRate, 1),
        seed);
  }

  private static List<Double> losses(TrainingResult result) {
    return result.epochs().stream()
        .flatMap(epoch -> List.of(epoch.trainLoss(), epoch.validationLoss()).stream())
        .toList();
  }
}
