package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What no layer hands on; {@code ActivationsTest} has the rest. */
@Tag("plain-jvm")
class ActivationTest {

  private static final float INFINITE = Float.POSITIVE_INFINITY;

  /** What is held above 0, as exp must not be infinite on devices. */
  private static final float TINY = 1e-37f;

  private static float at(int kind, float x) {
    return Activation.apply(kind, 1f, 1f, x);
  }

  @Test
  void atInfinityTheyHaveTheirLimits() {
    assertThat(new float[] {at(0, INFINITE), at(1, INFINITE), at(6, INFINITE), at(9, INFINITE)})
        .containsOnly(1f);
    assertThat(at(0, -INFINITE)).isBetween(0f, TINY);
    assertThat(new float[] {at(2, -INFINITE), at(10, -INFINITE)}).containsOnly(0f);
    assertThat(new float[] {at(1, -INFINITE), at(6, -INFINITE), at(8, -INFINITE), at(9, -INFINITE)})
        .containsOnly(-1f);
    assertThat(new float[] {at(2, INFINITE), at(8, INFINITE), at(10, INFINITE)})
        .containsOnly(INFINITE);
    for (int kind : new int[] {0, 1, 6, 7, 9}) {
      assertThat(Activation.slope(kind, 1f, 1f, INFINITE))
          .as("slope of %d", kind)
          .isBetween(0f, TINY);
      assertThat(Activation.slope(kind, 1f, 1f, -INFINITE))
          .as("slope of %d", kind)
          .isBetween(0f, TINY);
    }
  }

  @Test
  void whatIsNoNumberStaysNone() {
    for (int kind : new int[] {0, 1, 2, 3, 4, 6, 7, 8, 9, 10}) {
      assertThat(at(kind, Float.NaN)).as("kind %d", kind).isNaN();
    }
  }
}
