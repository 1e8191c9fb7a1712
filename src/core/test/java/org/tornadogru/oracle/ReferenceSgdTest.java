package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomShapes.Shape;
import org.tornadogru.oracle.ReferenceGru.Gradients;

class ReferenceSgdTest {

  @Test
  void normIsTakenOverAllTensorsTogether() {
    ReferenceParameters gradients = ReferenceParameters.zeros(2, 1, 2);
    gradients.tensor("weight_hh_l0")[1] = 3;
    gradients.tensor("linear.bias")[0] = -4;
    assertThat(ReferenceSgd.norm(gradients)).isEqualTo(5);
    assertThat(new ReferenceSgd(1, 2).scale(gradients)).isEqualTo(0.4);
    assertThat(new ReferenceSgd(1, 5).scale(gradients)).isEqualTo(1);
    assertThat(new ReferenceSgd(1, Double.POSITIVE_INFINITY).scale(gradients)).isEqualTo(1);
  }

  @Test
  void stepSubtractsTheClippedGradientAndLeavesItsArgumentsAlone() {
    ReferenceParameters parameters = ReferenceParameters.random(2, 1, 2, 5, 1);
    ReferenceParameters gradients = ReferenceParameters.zeros(2, 1, 2);
    gradients.tensor("weight_hh_l0")[1] = 3;
    gradients.tensor("linear.bias")[0] = -4;

    double weight = parameters.tensor("weight_hh_l0")[1];
    double bias = parameters.tensor("linear.bias")[0];
    ReferenceParameters updated = new ReferenceSgd(0.5, 2).step(parameters, gradients);

    assertThat(updated.tensor("weight_hh_l0")[1]).isEqualTo(weight - 0.6, within(1e-15));
    assertThat(updated.tensor("linear.bias")[0]).isEqualTo(bias + 0.8, within(1e-15));
    assertThat(updated.tensor("weight_ih_l0")).isEqualTo(parameters.tensor("weight_ih_l0"));
    assertThat(parameters.tensor("weight_hh_l0")[1]).isEqualTo(weight);
    assertThat(gradients.tensor("linear.bias")[0]).isEqualTo(-4);
  }

  /** loss(θ − η s g) = loss(θ) − η s ‖g‖² + O(η²). */
  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.RandomShapes#shapes")
  void smallStepLowersTheLossByTheSquaredNorm(Shape shape) {
    ReferenceParameters parameters = shape.parameters();
    Gradients before = shape.gru().gradients(parameters, shape.tokens(), shape.initialState());
    ReferenceSgd sgd = new ReferenceSgd(1e-6, 0.1);
    double after =
        shape
            .gru()
            .loss(sgd.step(parameters, before.parameters()), shape.tokens(), shape.initialState());

    double norm = ReferenceSgd.norm(before.parameters());
    assertThat(norm).as("the clip is active").isGreaterThan(0.1);
    assertThat(before.loss() - after)
        .isEqualTo(1e-6 * 0.1 * norm, within(1e-6 * 0.1 * norm * 1e-4));
  }

  @Test
  void trainingLearnsARepeatedSequence() {
    ReferenceGru gru = new ReferenceGru(ResetPlacement.BEFORE);
    ReferenceParameters parameters = ReferenceParameters.random(3, 7, 3, 11, 0.3);
    int[][] tokens = {{0, 1}, {1, 2}, {2, 0}, {0, 1}};
    ReferenceSgd sgd = new ReferenceSgd(2, 1);
    for (int i = 0; i < 100; i++) {
      parameters =
          sgd.step(parameters, gru.gradients(parameters, tokens, new double[2][7]).parameters());
    }
    assertThat(gru.loss(parameters, tokens, new double[2][7])).isLessThan(0.05);
  }
}
