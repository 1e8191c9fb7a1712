package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomShapes.Shape;

class OnnxGruTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.RandomShapes#shapes")
  void statesEqualTheReference(Shape shape) {
    assertThat(distance(shape, shape.reset())).as("%s", shape).isLessThan(1e-5);
  }

  @Test
  void placementsAreToldApart() {
    assertThat(distance(new Shape(3, 2, 5, 4, ResetPlacement.AFTER, 1), ResetPlacement.BEFORE))
        .isGreaterThan(1e-2);
  }

  /** The largest difference between ONNX Runtime's states, with that placement, and the shape's. */
  private static double distance(Shape shape, ResetPlacement onnx) {
    double[][][] expected =
        shape.gru().states(shape.parameters(), shape.inputs(), shape.initialState());
    float[][][] actual =
        new OnnxGru(onnx).states(shape.parameters(), shape.inputs(), shape.initialState());
    assertThat(actual).hasDimensions(shape.steps(), shape.batch());

    double distance = 0;
    for (int t = 0; t < shape.steps(); t++) {
      for (int b = 0; b < shape.batch(); b++) {
        assertThat(actual[t][b]).hasSize(shape.hidden());
        for (int j = 0; j < shape.hidden(); j++) {
          distance = Math.max(distance, Math.abs(expected[t][b][j] - actual[t][b][j]));
        }
      }
    }
    return distance;
  }
}
