package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.graph.Placement;
import org.tornadogru.text.Corpus;

class LibTorchLearnerTest {

  /** Two epochs of a text that leaves padding in its last batches, with clips and warm-up. */
  @Test
  void withoutDropoutBothLearnTheSame() {
    Corpus text = Corpus.embedded();
    Lesson lesson =
        Lesson.of(
            text,
            Map.of(
                "--hidden",
                "24",
                "--dropout",
                "0",
                "--epochs",
                "2",
                "--steps",
                "19",
                "--batch",
                "70",
                "--seed",
                "3"));
    try (Learner theirs = new LibTorchLearner(lesson, DataType.FLOAT64, 1);
        Learner ours = new TornadoGru(Placement.on(Device.of(Device.PLAIN_JVM))).learner(lesson)) {
      Curve right = Curve.of(lesson, theirs);
      Curve curve = Curve.of(lesson, ours);
      assertThat(curve.train()).containsExactly(right.train(), within(2e-5));
      assertThat(curve.validation()).containsExactly(right.validation(), within(2e-5));
      assertThat(right.validation()[1]).isLessThan(right.validation()[0]);
    }
  }
}
