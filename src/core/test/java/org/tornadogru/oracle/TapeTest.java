package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ActivationFunction;

class TapeTest {
  private static final double[] POINT = {0.3, -1.2, 0.7, 1.9, -0.4, 0.25};
  private static final double[] WEIGHTS = {1.5, -0.5, 2, 0.75, -1.25, 3};

  /** A function of six numbers. */
  record Formula(String name, ToIntBiFunction<Tape, int[]> node) {
    double value(double... point) {
      Tape tape = new Tape(false);
      return tape.value(node.applyAsInt(tape, tape.leaves(point)));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Formula> formulas() {
    return Stream.of(
        new Formula("sum", (tape, x) -> tape.sum(WEIGHTS, x)),
        new Formula("x + x ⊙ x", (tape, x) -> tape.sum(WEIGHTS, tape.add(x, tape.multiply(x, x)))),
        new Formula("2x − 3x²", (t, x) -> t.sum(WEIGHTS, t.combine(x, 2, t.multiply(x, x), -3))),
        new Formula("c ⊙ x − x ⊙ x", TapeTest::difference),
        new Formula("log Σ exp", Tape::logSumExp),
        new Formula("x xᵀ x", TapeTest::cubic));
  }

  private static int difference(Tape tape, int[] x) {
    return tape.sum(WEIGHTS, tape.subtract(tape.scale(WEIGHTS, x), tape.multiply(x, x)));
  }

  /** A matrix of the very numbers that it multiplies. */
  private static int cubic(Tape tape, int[] x) {
    int[] halves = tape.product(x, 0, 3, new int[] {x[4], x[1]});
    return tape.sum(new double[] {1, -2, 3}, tape.multiply(halves, halves));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formulas")
  void gradientsMatchFiniteDifferences(Formula formula) {
    Tape tape = new Tape(true);
    int[] x = tape.leaves(POINT);
    double[] gradient = tape.gradient(formula.node.applyAsInt(tape, x));
    double[] point = POINT.clone();
    double[] expected = FiniteDifferences.gradient(() -> formula.value(point), point);
    for (int i = 0; i < x.length; i++) {
      assertThat(gradient[x[i]]).as("x[%d]", i).isEqualTo(expected[i], within(1e-9));
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void activationSlopesMatchFiniteDifferences(ActivationFunction.Kind kind) {
    ReferenceActivation f = new ReferenceActivation(new ActivationFunction(kind, 0.6f, 0.3f));
    double[] x = new double[1];
    for (double at : new double[] {-3.1, -0.7, -0.2, 0.2, 0.5, 0.9, 2.7}) {
      x[0] = at;
      assertThat(f.slope(at))
          .as("at %s", at)
          .isEqualTo(FiniteDifferences.gradient(() -> f.value(x[0]), x)[0], within(1e-9));
    }
  }

  @Test
  void aMillionNodesAreDifferentiated() {
    Tape tape = new Tape(true);
    int[] x = tape.leaves(1);
    int[] sum = x;
    for (int i = 0; i < 1_000_000; i++) {
      sum = tape.add(sum, x);
    }
    assertThat(tape.gradient(sum[0])[x[0]]).isEqualTo(1_000_001);
  }
}
