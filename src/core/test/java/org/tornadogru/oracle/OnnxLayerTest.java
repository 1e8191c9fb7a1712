package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomTexts.Text;

class OnnxLayerTest {

  static Stream<RandomLayer> cases() {
    Stream<RandomLayer> models = RandomTexts.texts().map(Text::model);
    return Stream.concat(RandomLayers.cases().filter(OnnxLayer::canExpress), models);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void referenceEqualsOnnxRuntime(RandomLayer layer) {
    LayerOutput expected =
        new OnnxLayer(layer.config()).forward(layer.tensors(false), layer.input(), layer.lengths());
    layer
        .reference()
        .forward(layer.tensors(false), withoutStatesOfEmptyRows(layer))
        .assertEquals(layer, expected, 1e-5);
  }

  /**
   * ONNX leaves open what the final state of a sequence without steps is: for ONNX Runtime it is
   * zero, for us and PyTorch's cell the initial state. Nothing else depends on that state.
   */
  private static LayerInput withoutStatesOfEmptyRows(RandomLayer layer) {
    LayerInput input = layer.input();
    if (input.h0() == null || layer.lengths() == null) {
      return input;
    }
    double[][][] h0 = input.h0().clone();
    for (double[][] rows : h0) {
      for (int n = 0; n < layer.batch(); n++) {
        if (layer.lengths()[n] == 0) {
          rows[n] = new double[layer.config().hiddenSize()];
        }
      }
    }
    return input.withState(h0);
  }

  @Test
  void placementsAreToldApart() {
    RandomLayer layer = RandomTexts.text(3, 2, 5, 4, ResetPlacement.AFTER, 1).model();
    GruConfig other = layer.config().toBuilder().reset(ResetPlacement.BEFORE).build();
    LayerOutput before = new OnnxLayer(other).forward(layer.tensors(false), layer.input(), null);
    LayerOutput after = layer.reference().forward(layer.tensors(false), layer.input());
    assertThatThrownBy(() -> after.assertEquals(layer, before, 1e-2))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aThirdOfTheCasesIsCompared() {
    assertThat(cases().count()).isGreaterThan(60);
  }
}
