package org.tornadogru.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Plateau;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Schedule;
import org.tornadogru.optim.Sgd;

/** A training that is stopped and goes on ends where one that never stopped does. */
class ResumeTest {

  private static final int VOCABULARY = 7;
  private static final int EPOCHS = 4;

  private static final GruConfig ONE_HOT =
      GruConfig.builder(VOCABULARY, 20)
          .tokens()
          .layers(2)
          .dropout(0.3f)
          .recurrentDropout(0.2f)
          .build();

  private static final GruConfig TIED =
      ONE_HOT.toBuilder().embedding(20).tied().inputDropout(0.2f).build();

  private static final GruConfig DENSE =
      ONE_HOT.toBuilder().dense(new Dense(9, ActivationFunction.TANH)).build();

  /** Batches of streams: the first of an epoch begins, the others go on. */
  private static Batches stream(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Batch> batches = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      int[] tokens = random.ints(6 * 3, 0, VOCABULARY).toArray();
      Batch batch = Batch.ofTokens(Sequences.ofTokens(3, tokens));
      batches.add(new Batch(batch.sequences(), batch.labels(), index == 0));
    }
    return Batches.of(batches);
  }

  record Setting(GruConfig config, Optimization optimization, TrainingOptions options) {}

  static List<Setting> settings() {
    TrainingOptions often = TrainingOptions.DEFAULT.withCheckpointEvery(1);
    return List.of(
        new Setting(
            TIED,
            Optimization.of(Adam.decoupled(0.01f, 0.1f)).clip(Clipping.norm(0.5f)).average(0.9f),
            often.withSchedule(new Schedule.Cosine(40, 5, 0.1)).withValidationEvery(3)),
        new Setting(
            ONE_HOT, Optimization.of(new NAdam(0.01f)), often.withAccumulation(3).keepingBest()),
        new Setting(
            TIED,
            Optimization.of(new RmsProp(0.01f).withMomentum(0.5f).withCentering()),
            often.withPlateau(new Plateau(0.5, 0, 0)).withValidationEvery(2)),
        new Setting(
            DENSE, Optimization.of(new Adam(0.01f)).average(0.9f), often.withAccumulation(2)),
        new Setting(
            ONE_HOT,
            Optimization.of(new Sgd(0.5f).withNesterov(0.9f)).freeze("bias_hh_l0"),
            often.withPatience(50)));
  }

  private static SequenceModel model(Setting setting) {
    Weights weights = Weights.initial(setting.config, VOCABULARY, Initialization.UNIFORM, 1);
    SequenceModel model =
        SequenceModel.stateful(
            weights, Head.nextToken(VOCABULARY), setting.optimization, Device.fastest());
    model.seed(5);
    return model;
  }

  private static Trainer trainer(SequenceModel model, Setting setting) {
    return new Trainer(model, epoch -> stream(epoch, 7), stream(0, 2), setting.options);
  }

  /** Keeps the losses, and stops the training after some checkpoints. */
  private static final class Watcher implements TrainingListener {
    private final List<Double> losses = new ArrayList<>();
    private TrainingState last;
    private int left;
    private Trainer trainer;

    @Override
    public void checkpoint(TrainingState state) {
      last = state;
      left--;
      if (left == 0) {
        trainer.stop();
      }
    }

    @Override
    public void epochDone(EpochMetrics epoch, Weights weights) {
      losses.add(epoch.trainLoss());
      losses.add(epoch.validationLoss());
    }
  }

  @Tag("plain-jvm")
  @ParameterizedTest
  @MethodSource("settings")
  void aTrainingThatIsInterruptedEndsWithTheSameBits(Setting setting) {
    Watcher whole = new Watcher();
    Weights expected;
    try (SequenceModel model = model(setting)) {
      expected = trainer(model, setting).train(EPOCHS, whole).weights();
    }

    Watcher parts = new Watcher();
    SplittableRandom random = new SplittableRandom(3);
    TrainingResult result = null;
    while (result == null || result.end() == TrainingResult.End.STOPPED) {
      try (SequenceModel model = model(setting)) { // nothing is left of the one before
        parts.trainer = trainer(model, setting);
        parts.left = random.nextInt(1, 8);
        result =
            parts.last == null
                ? parts.trainer.train(EPOCHS, parts)
                : parts.trainer.resume(parts.last, EPOCHS, parts);
      }
    }
    assertThat(parts.losses).isEqualTo(whole.losses);
    assertThat(result.weights()).isEqualTo(expected);
    assertThat(parts.last.model().memory()).isEqualTo(whole.last.model().memory());
    assertThat(parts.last.model().updates()).isEqualTo(whole.last.model().updates());
  }

  @Test
  void patienceEndsATrainingWithItsBestWeights() {
    TrainingOptions options = TrainingOptions.DEFAULT.withPatience(2);
    Setting setting =
        new Setting(ONE_HOT, Optimization.of(new Sgd(4f)), options); // which does not converge
    List<Validation> validations = new ArrayList<>();
    List<Weights> weights = new ArrayList<>();
    try (SequenceModel model = model(setting)) {
      TrainingResult result =
          trainer(model, setting)
              .train(
                  50,
                  new TrainingListener() {
                    @Override
                    public void validated(Validation validation) {
                      validations.add(validation);
                    }

                    @Override
                    public void epochDone(EpochMetrics epoch, Weights now) {
                      weights.add(now);
                    }
                  });
      int last = validations.size() - 1;
      assertThat(result.end()).isEqualTo(TrainingResult.End.NO_BETTER);
      assertThat(validations.get(last - 2).isBest()).isTrue();
      assertThat(validations.subList(last - 1, last + 1)).noneMatch(Validation::isBest);
      assertThat(result.weights()).isEqualTo(weights.get(last - 2));
    }
  }
}
