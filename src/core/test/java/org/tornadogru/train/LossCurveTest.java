package org.tornadogru.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.TokenWindows;
import org.tornadogru.text.Vocabulary;

/** The same seed learns the same on every runtime: d2l's protocol on the built-in text. */
class LossCurveTest {

  /** The first two epochs of seed 0, by the annotated loops on a plain JVM. */
  private static final double[] PLAIN_JVM = {
    3.361755, 3.033443, 2.902634, 3.006724, 2.804689, 2.778395, 2.772846, 2.772624, 2.826174,
        3.033206,
    2.794730, 2.724952, 2.708780, 2.690956, 2.682200, 2.707171, 2.859912, 2.709914, 2.689220,
        2.609385
  };

  @Test
  void theFirstTwentyLossesAreThoseOfThePlainJvm() {
    Vocabulary vocabulary = Vocabulary.d2l();
    TokenWindows windows = TokenWindows.d2l(vocabulary.encode(Corpus.embedded().text()), 32);
    double[] losses = new double[PLAIN_JVM.length];
    Device device = Device.fastest();
    try (SequenceModel model = TrainingConfig.concise().languageModel(vocabulary.size(), device)) {
      for (int step = 0; step < losses.length; step++) {
        losses[step] = model.train(windows.training(1024, 0, 1 + step / 10).get(step % 10));
      }
    }
    for (int step = 0; step < losses.length; step++) {
      assertThat(losses[step])
          .as("step %d of %s", step, Arrays.toString(losses))
          .isCloseTo(PLAIN_JVM[step], withinPercentage(0.1));
    }
  }
}
