package org.tornadogru.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Gating;
import org.tornadogru.train.TrainingListener;

@Tag("plain-jvm")
class RecallTest {

  private static Recall learned(Gating gating, int epochs) {
    return Recall.learned(gating, epochs, 0, Device.fastest(), new TrainingListener() {});
  }

  @Test
  void aGruLearnsToKeepWhatIsMarked() {
    Recall recall = learned(Gating.FULL, 15);

    assertThat(recall.errors().getFirst()).isGreaterThan(0.4);
    assertThat(recall.errors().getLast()).isLessThan(0.15);
    assertThat(recall.errorsByLag()).hasSize(Recall.STEPS).allMatch(error -> error < 0.3);
    assertThat(recall.gradients()).hasSize(Recall.STEPS - 1).allMatch(norm -> norm > 0.1);
    Recall.Unit keeper = recall.units().getFirst();
    assertThat(keeper.updateAtMark()).isLessThan(keeper.updateLater() - 0.2);
  }

  /** The errors by distance are those of the same answers. */
  @Test
  void errorsByDistanceAverageToTheErrorOfTheLastEpoch() {
    Recall recall = learned(Gating.NONE, 1);

    double meanSquare =
        recall.errorsByLag().stream().mapToDouble(e -> e * e).average().orElseThrow();
    assertThat(Math.sqrt(meanSquare)).isCloseTo(recall.errors().getLast(), withinPercentage(0.01));
    assertThat(recall.units()).isEmpty();
  }
}
