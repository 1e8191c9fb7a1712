package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

class DropoutTest {

  private static final int SIZE = 20_000;

  private static float[] multipliers(int seed, int execution, int stream, float probability) {
    FloatArray multipliers = new FloatArray(SIZE);
    Dropout.draw(IntArray.fromElements(seed, execution), multipliers, stream, SIZE, probability);
    return multipliers.toHeapArray();
  }

  @Test
  void aShareIsZeroAndTheRestIsScaledToTheSameMean() {
    float[] values = multipliers(1, 2, 3, 0.3f);
    int zeros = 0;
    for (float value : values) {
      assertThat(value).isIn(0f, 1f / 0.7f);
      zeros += value == 0f ? 1 : 0;
    }
    assertThat(zeros / (double) SIZE).isCloseTo(0.3, within(0.015)); // more than four deviations
  }

  @Test
  void seedExecutionAndStreamEachDrawAnew() {
    float[] values = multipliers(1, 2, 3, 0.5f);
    assertThat(multipliers(1, 2, 3, 0.5f)).isEqualTo(values);
    assertThat(agreement(multipliers(2, 2, 3, 0.5f), values)).isCloseTo(0.5, within(0.02));
    assertThat(agreement(multipliers(1, 3, 3, 0.5f), values)).isCloseTo(0.5, within(0.02));
    assertThat(agreement(multipliers(1, 2, 4, 0.5f), values)).isCloseTo(0.5, within(0.02));
  }

  private static double agreement(float[] a, float[] b) {
    int same = 0;
    for (int i = 0; i < SIZE; i++) {
      same += a[i] == b[i] ? 1 : 0;
    }
    return same / (double) SIZE;
  }
}
