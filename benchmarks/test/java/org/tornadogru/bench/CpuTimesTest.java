package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

class CpuTimesTest {

  @Test
  void idleWaitingAndGuestTimeIsNotBusy() {
    CpuTimes times =
        CpuTimes.parse(
            "cpu  100 20 30 4000 500 6 7 8 90 9",
            "42 (java (x) y) S 1 42 42 0 -1 4194560 9 0 0 0 250 31 0 0 20 0 12 0 1 2 3");
    assertThat(times).isEqualTo(new CpuTimes(171, 4671, 281));
  }

  @Test
  void othersAreWhatTheMachineDidWithoutUs() {
    CpuTimes before = new CpuTimes(1_000, 9_000, 500);
    CpuTimes after = new CpuTimes(1_190, 9_200, 680);
    assertThat(after.othersSince(before)).isEqualTo(0.05, within(1e-12));
  }

  @Test
  void ownWorkIsNotTakenForOthers() {
    CpuTimes before = CpuTimes.now();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long end = threads.getCurrentThreadCpuTime() + 200_000_000L; // however long that takes
    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
    CpuTimes after = CpuTimes.now();
    assertThat(after.process() - before.process()).as("own ticks").isGreaterThan(5);
    assertThat(after.machine()).isGreaterThanOrEqualTo(before.machine() + 5);
  }
}
