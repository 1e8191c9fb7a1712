package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomShapes.Shape;
import org.tornadogru.oracle.ReferenceGru.Gradients;

class ReferenceGruTest {
  private static final double RELATIVE = 1e-6;

  /**
   * Smaller gradients are held to this one's absolute error: the difference itself is good to
   * 1e-12.
   */
  private static final double NEGLIGIBLE = 1e-5;

  /**
   * Element by element; the large shapes would take long, and {@link ReferenceLayer} has its own.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("smallShapes")
  void gradientsMatchFiniteDifferences(Shape shape) {
    assertGradientsMatchFiniteDifferences(shape, shape.tokens());
  }

  static Stream<Shape> smallShapes() {
    return RandomShapes.shapes().filter(shape -> shape.hidden() < 16);
  }

  @ParameterizedTest(name = "reset {0}, seed 7")
  @EnumSource
  void gradientsMatchFiniteDifferencesWithPaddingInside(ResetPlacement reset) {
    int[][] tokens = {{1, 3, -1}, {-1, 2, -1}, {4, 0, 2}, {0, -1, -1}};
    assertGradientsMatchFiniteDifferences(new Shape(3, 3, 5, 5, reset, 7), tokens);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.RandomShapes#shapes")
  void paddedRowsChangeNothing(Shape shape) {
    int rows = (shape.batch() + 1) / 2;
    Gradients padded =
        shape.gru().gradients(shape.parameters(), shape.tokens(rows), shape.initialState());
    int[][] tokens =
        Arrays.stream(shape.tokens()).map(t -> Arrays.copyOf(t, rows)).toArray(int[][]::new);
    double[][] h0 = Arrays.copyOf(shape.initialState(), rows);
    Gradients alone = shape.gru().gradients(shape.parameters(), tokens, h0);

    assertThat(padded.loss()).isEqualTo(alone.loss());
    assertThat(padded.parameters().tensors())
        .usingRecursiveComparison()
        .isEqualTo(alone.parameters().tensors());
    for (int b = rows; b < shape.batch(); b++) {
      assertThat(padded.initialState()[b]).containsOnly(0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void oneUnitFollowsTheEquations(ResetPlacement reset) {
    ReferenceParameters p = ReferenceParameters.zeros(1, 1, 0);
    System.arraycopy(new double[] {0.5, -0.3, 0.8}, 0, p.tensor("weight_ih_l0"), 0, 3);
    System.arraycopy(new double[] {-0.7, 0.2, 0.9}, 0, p.tensor("weight_hh_l0"), 0, 3);
    System.arraycopy(new double[] {0.1, 0.2, 0.3}, 0, p.tensor("bias_ih_l0"), 0, 3);
    System.arraycopy(new double[] {-0.2, 0.4, -0.6}, 0, p.tensor("bias_hh_l0"), 0, 3);

    // x = 2, h = −1.5: r = σ(1.95), z = σ(−0.3)
    double r = 1 / (1 + Math.exp(-1.95));
    double z = 1 / (1 + Math.exp(0.3));
    double n =
        switch (reset) {
          case AFTER -> Math.tanh(1.9 + r * (-1.35 - 0.6));
          case BEFORE -> Math.tanh(1.9 + 0.9 * (r * -1.5) - 0.6);
        };
    double[][][] states =
        new ReferenceGru(reset).states(p, new double[][][] {{{2}}}, new double[][] {{-1.5}});
    assertThat(states[0][0][0]).isEqualTo((1 - z) * n - 1.5 * z, within(1e-15));
  }

  @Test
  void lossOfUniformLogitsIsTheLogOfTheVocabulary() {
    ReferenceParameters zeros = ReferenceParameters.zeros(28, 3, 28);
    double loss =
        new ReferenceGru(ResetPlacement.AFTER)
            .loss(zeros, new int[][] {{3, 4}, {5, 6}, {-1, 7}}, new double[2][3]);
    assertThat(loss).isEqualTo(Math.log(28), within(1e-14));
  }

  private static void assertGradientsMatchFiniteDifferences(Shape shape, int[][] tokens) {
    ReferenceGru gru = shape.gru();
    ReferenceParameters parameters = shape.parameters();
    double[][] h0 = shape.initialState();
    Gradients analytic = gru.gradients(parameters, tokens, h0);
    Gradients numeric = FiniteDifferences.gradients(gru, parameters, tokens, h0);

    assertThat(analytic.loss()).isEqualTo(gru.loss(parameters, tokens, h0), within(1e-12));
    for (String name : ReferenceParameters.NAMES) {
      assertClose(name, analytic.parameters().tensor(name), numeric.parameters().tensor(name));
    }
    for (int b = 0; b < shape.batch(); b++) {
      assertClose("h0[" + b + "]", analytic.initialState()[b], numeric.initialState()[b]);
    }
  }

  private static void assertClose(String name, double[] analytic, double[] numeric) {
    assertThat(analytic).as(name).hasSameSizeAs(numeric);
    for (int i = 0; i < analytic.length; i++) {
      double scale = Math.max(NEGLIGIBLE, Math.abs(numeric[i]));
      assertThat(Math.abs(analytic[i] - numeric[i]) / scale)
          .as("%s[%d]: %s, finite difference %s", name, i, analytic[i], numeric[i])
          .isLessThan(RELATIVE);
    }
  }
}
