package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomTexts.Text;
import org.tornadogru.oracle.ReferenceLayer.Gradients;

class RandomTextsTest {
  private static final double RELATIVE = 1e-6;

  /**
   * Smaller gradients are held to this one's absolute error: the difference itself is good to
   * 1e-12.
   */
  private static final double NEGLIGIBLE = 1e-5;

  /** The large ones would take long, element by element; and one with padding inside. */
  static Stream<Text> smallTexts() {
    int[][] tokens = {{1, 3, -1}, {-1, 2, -1}, {4, 0, 2}, {0, -1, -1}};
    return Stream.concat(
        RandomTexts.texts().filter(text -> text.model().config().hiddenSize() < 16),
        Stream.of(ResetPlacement.values())
            .map(reset -> RandomTexts.text(3, 3, 5, 5, reset, 7))
            .map(text -> new Text(text.model(), tokens, text.h0())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smallTexts")
  void everyElementOfTheGradientMatchesAFiniteDifference(Text text) {
    Map<String, double[]> tensors = text.tensors();
    DoubleSupplier loss = () -> text.loss(tensors);
    Gradients gradients = text.gradients(tensors);
    assertThat(gradients.loss()).isEqualTo(loss.getAsDouble(), within(1e-12));
    assertThat(gradients.tensors()).containsOnlyKeys(tensors.keySet());
    tensors.forEach(
        (name, tensor) -> assertClose(name, gradients.tensors().get(name), loss, tensor));
    for (int n = 0; n < text.model().batch(); n++) {
      assertClose("h0[" + n + "]", gradients.h0()[0][n], loss, text.h0()[0][n]);
    }
  }

  private static void assertClose(
      String name, double[] gradient, DoubleSupplier loss, double[] point) {
    double[] expected = FiniteDifferences.gradient(loss, point);
    assertThat(gradient).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double scale = Math.max(NEGLIGIBLE, Math.abs(expected[i]));
      assertThat(Math.abs(gradient[i] - expected[i]) / scale)
          .as("%s[%d]: %s, finite difference %s", name, i, gradient[i], expected[i])
          .isLessThan(RELATIVE);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.RandomTexts#texts")
  void paddedRowsChangeNothing(Text text) {
    Map<String, double[]> tensors = text.tensors();
    int rows = (text.model().batch() + 1) / 2;
    int[][] tokens =
        Arrays.stream(text.tokens()).map(step -> Arrays.copyOf(step, rows)).toArray(int[][]::new);
    double[][][] h0 = {Arrays.copyOf(text.h0()[0], rows)};

    Gradients padded = text.padded(rows).gradients(tensors);
    Gradients alone = new Text(text.model(), tokens, h0).gradients(tensors);

    assertThat(padded.loss()).isEqualTo(alone.loss());
    assertThat(padded.tensors()).usingRecursiveComparison().isEqualTo(alone.tensors());
    assertThat(Arrays.copyOf(padded.h0()[0], rows)).isDeepEqualTo(alone.h0()[0]);
    Arrays.stream(padded.h0()[0]).skip(rows).forEach(row -> assertThat(row).containsOnly(0));
  }
}
