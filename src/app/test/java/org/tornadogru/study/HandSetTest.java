package org.tornadogru.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;

@Tag("plain-jvm")
class HandSetTest {

  private static final double ROUNDING = 1e-6;

  private final HandSet run = HandSet.run(Device.fastest());

  @Test
  void fromTheMarkOnTheStateIsWhatWasReadThere() {
    double leak = 2 * 20 / (1 + Math.exp(20)); // in 20 steps, of gates that are not quite shut
    assertThat(run.bound()).isEqualTo(leak);
    for (int row = 0; row < run.states().size(); row++) {
      List<Float> states = run.states().get(row);
      double read = Math.tanh(run.inputs().get(row).get(run.at()));
      assertThat(Math.abs(read)).isGreaterThan(0.1);
      for (int step = 0; step < states.size(); step++) {
        double expected = step < run.at() ? 0 : read;
        assertThat((double) states.get(step)).isCloseTo(expected, within(leak + ROUNDING));
      }
    }
    assertThat(run.error()).isLessThan(leak + ROUNDING);
  }

  @Test
  void nothingButTheMarkedInputIsTheSame() {
    int steps = run.inputs().getFirst().size();
    for (int step = 0; step < steps; step++) {
      int at = step;
      List<Float> read = run.inputs().stream().map(inputs -> inputs.get(at)).toList();
      assertThat(new HashSet<>(read)).hasSize(step == run.at() ? 1 : read.size());
    }
  }

  @Test
  void bothGatesAreShutAtTheMarkAlone() {
    for (List<Float> gate : List.of(run.reset(), run.update())) {
      for (int step = 0; step < gate.size(); step++) {
        double expected = step == run.at() ? 0 : 1;
        assertThat((double) gate.get(step)).isCloseTo(expected, within(ROUNDING));
      }
    }
  }
}
