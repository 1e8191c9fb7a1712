package org.tornadogru.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The elementary functions of vectors against those of doubles. */
@Tag("plain-jvm")
class VectorsTest {

  @Test
  void tanhIsOffByAtMost4e7OfTheValue() {
    assertThat(worst(Vectors::tanh, Math::tanh, points(20), VectorsTest::relative))
        .isLessThan(4e-7);
  }

  @Test
  void sigmoidIsOffByAtMost2e7() {
    assertThat(
            worst(
                Vectors::sigmoid,
                x -> 1 / (1 + Math.exp(-x)),
                points(40),
                (actual, expected) -> Math.abs(actual - expected)))
        .isLessThan(2e-7);
  }

  @Test
  void expIsOffByAtMost3e7OfTheValue() {
    assertThat(worst(Vectors::exp, Math::exp, points(86.9), VectorsTest::relative))
        .isLessThan(3e-7);
  }

  @Test
  void beyondTheirRangesTheyStayFiniteAndSaturate() {
    float huge = 1e30f;
    assertThat(at(Vectors::tanh, huge)).isCloseTo(1f, within(1e-6f));
    assertThat(at(Vectors::tanh, -huge)).isCloseTo(-1f, within(1e-6f));
    assertThat(at(Vectors::sigmoid, huge)).isCloseTo(1f, within(1e-6f));
    assertThat(at(Vectors::sigmoid, -huge)).isCloseTo(0f, within(1e-6f));
    assertThat(at(Vectors::exp, huge)).isFinite();
    assertThat(at(Vectors::exp, -huge)).isBetween(0f, 1e-37f);
  }

  @FunctionalInterface
  private interface Difference {
    double of(double actual, double expected);
  }

  private static double relative(double actual, double expected) {
    return expected == 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
  }

  private static double worst(
      UnaryOperator<FloatVector> function,
      DoubleUnaryOperator exact,
      DoubleStream points,
      Difference difference) {
    return points
        .map(x -> difference.of(at(function, (float) x), exact.applyAsDouble((float) x)))
        .max()
        .orElseThrow();
  }

  /** Evenly spaced ones, and ones that crowd around 0. */
  private static DoubleStream points(double limit) {
    int count = 20_000;
    return IntStream.rangeClosed(-count, count)
        .mapToDouble(i -> (double) i / count)
        .flatMap(x -> DoubleStream.of(limit * x, limit * Math.pow(x, 9)));
  }

  private static float at(UnaryOperator<FloatVector> function, float x) {
    return function.apply(Vectors.broadcast(x)).lane(Vectors.LENGTH - 1);
  }
}
