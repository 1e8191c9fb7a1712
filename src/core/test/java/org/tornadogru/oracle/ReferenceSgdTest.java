package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomTexts.Text;
import org.tornadogru.oracle.ReferenceLayer.Gradients;

class ReferenceSgdTest {

  @Test
  void normIsTakenOverAllTensorsTogether() {
    Map<String, double[]> gradients = Map.of("a", new double[] {0, 3}, "b", new double[] {-4});
    assertThat(ReferenceSgd.norm(gradients)).isEqualTo(5);
    assertThat(new ReferenceSgd(1, 2).scale(gradients)).isEqualTo(0.4);
    assertThat(new ReferenceSgd(1, 5).scale(gradients)).isEqualTo(1);
    assertThat(new ReferenceSgd(1, Double.POSITIVE_INFINITY).scale(gradients)).isEqualTo(1);
  }

  @Test
  void stepSubtractsTheClippedGradientAndLeavesItsArgumentsAlone() {
    Map<String, double[]> tensors =
        Map.of("a", new double[] {7, 8}, "b", new double[] {9}, "c", new double[] {1, 2});
    Map<String, double[]> gradients =
        Map.of("a", new double[] {0, 3}, "b", new double[] {-4}, "c", new double[2]);

    Map<String, double[]> updated = new ReferenceSgd(0.5, 2).step(tensors, gradients);

    assertThat(updated.get("a")).containsExactly(new double[] {7, 7.4}, within(1e-15));
    assertThat(updated.get("b")).containsExactly(new double[] {9.8}, within(1e-15));
    assertThat(updated.get("c")).containsExactly(1, 2);
    assertThat(tensors.get("a")).containsExactly(7, 8);
    assertThat(gradients.get("b")).containsExactly(-4);
  }

  /** loss(θ − η s g) = loss(θ) − η s ‖g‖² + O(η²). */
  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.RandomTexts#texts")
  void smallStepLowersTheLossByTheSquaredNorm(Text text) {
    Map<String, double[]> tensors = text.tensors();
    Gradients before = text.gradients(tensors);
    double after = text.loss(new ReferenceSgd(1e-6, 0.1).step(tensors, before.tensors()));

    double norm = ReferenceSgd.norm(before.tensors());
    assertThat(norm).as("the clip is active").isGreaterThan(0.1);
    assertThat(before.loss() - after)
        .isEqualTo(1e-6 * 0.1 * norm, within(1e-6 * 0.1 * norm * 1e-4));
  }

  @Test
  void trainingLearnsARepeatedSequence() {
    Text random = RandomTexts.text(3, 2, 7, 3, ResetPlacement.BEFORE, 11);
    Text text = new Text(random.model(), new int[][] {{0, 1}, {1, 2}, {2, 0}, {0, 1}}, null);
    Map<String, double[]> tensors = text.tensors();
    ReferenceSgd sgd = new ReferenceSgd(2, 1);
    for (int i = 0; i < 100; i++) {
      tensors = sgd.step(tensors, text.gradients(tensors).tensors());
    }
    assertThat(text.loss(tensors)).isLessThan(0.05);
  }
}
