package org.tornadogru.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What no layer shows of the elementary functions of vectors. */
@Tag("plain-jvm")
class VectorsTest {

  @Test
  void expIsOffByAtMost3e7OfTheValue() {
    double worst =
        IntStream.rangeClosed(0, 200_000)
            .mapToObj(i -> (float) (-87 * Math.pow(i / 200_000.0, 3)))
            .mapToDouble(x -> Math.abs(at(Vectors::exp, x) / StrictMath.exp(x) - 1))
            .max()
            .orElseThrow();
    assertThat(worst).isLessThan(3e-7);
    assertThat(at(Vectors::exp, 0)).isEqualTo(1f);
  }

  /** Every float from where tanh nears 1. */
  @Test
  void tanhNeverGetsBeyondOne() {
    int last = Float.floatToRawIntBits(10f);
    for (int bits = Float.floatToRawIntBits(6f); bits <= last; bits++) {
      float x = Float.intBitsToFloat(bits);
      if (Math.abs(at(Vectors::tanh, x)) > 1) {
        fail("at %s", x);
      }
    }
  }

  @Test
  void atInfinityTheyHaveTheirLimits() {
    float infinite = Float.POSITIVE_INFINITY;
    assertThat(at(Vectors::tanh, infinite)).isEqualTo(1f);
    assertThat(at(Vectors::tanh, -infinite)).isEqualTo(-1f);
    assertThat(at(Vectors::sigmoid, infinite)).isEqualTo(1f);
    assertThat(at(Vectors::sigmoid, -infinite)).isBetween(0f, 2e-38f);
    assertThat(at(Vectors::exp, -infinite)).isBetween(0f, 2e-38f);
  }

  @Test
  void whatIsNoNumberStaysNone() {
    for (UnaryOperator<FloatVector> function :
        List.<UnaryOperator<FloatVector>>of(Vectors::tanh, Vectors::sigmoid, Vectors::exp)) {
      assertThat(at(function, Float.NaN)).isNaN();
    }
  }

  private static float at(UnaryOperator<FloatVector> function, float x) {
    return function.apply(Vectors.broadcast(x)).lane(Vectors.LENGTH - 1);
  }
}
