package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.oracle.RandomLayers.Case;

class OnnxLayerTest {

  /**
   * Left out are plain masks, since ONNX has lengths only, and what {@link OnnxLayer#canExpress}
   * says.
   */
  static Stream<Case> cases() {
    return RandomLayers.cases()
        .filter(layer -> layer.valid() == null || layer.lengths() != null)
        .filter(layer -> OnnxLayer.canExpress(layer.config(), layer.valid() != null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void referenceEqualsOnnxRuntime(Case layer) {
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
  private static LayerInput withoutStatesOfEmptyRows(Case layer) {
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
  void aThirdOfTheCasesIsCompared() {
    assertThat(cases().count()).isGreaterThan(60);
  }
}
