package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("plain-jvm")
class KernelTimesTest {

  private static final String EXECUTION =
      """
      {
          "train": {
              "TOTAL_KERNEL_TIME": "%d",
              "train.softmax": {
                  "BACKEND": "OPENCL",
                  "METHOD": "CrossEntropy.softmax",
                  "TASK_KERNEL_TIME": "%d"
              },
              "train.mean": {
                  "METHOD": "CrossEntropy.mean",
                  "TASK_KERNEL_TIME": "%d"
              }
          }
      }
      """;

  @Test
  void timesAreTheMedianOfTheExecutions() {
    KernelTimes times =
        KernelTimes.of(
            EXECUTION.formatted(9, 7_000, 2_000)
                + EXECUTION.formatted(9, 3_000, 1_000)
                + EXECUTION.formatted(9, 4_040, 3_000));

    assertThat(times.json()).isEqualTo("{\"profile\":{\"train.mean\":2.0,\"train.softmax\":4.0}}");
  }

  @Test
  void aTaskThatTookNoTimeDidNotRun() {
    KernelTimes times = KernelTimes.of(EXECUTION.formatted(9, 0, 1_000));

    assertThat(times.ran("train", "mean")).isTrue();
    assertThat(times.ran("train", "softmax")).isFalse();
    assertThat(times.ran("train", "descend")).isFalse();
  }
}
