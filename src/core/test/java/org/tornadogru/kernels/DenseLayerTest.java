package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.nn.ActivationFunction;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What models with dense layers do not show. */
class DenseLayerTest {

  @ParameterizedTest
  @EnumSource
  void paddingStaysZeroWhateverTheFunctionIsThere(ActivationFunction.Kind kind) {
    FloatArray values = FloatArray.fromElements(9, 9, 9, 9);
    DenseLayer.activate(
        FloatArray.fromElements(1, 2, 0, 0), values, 1, 4, 2, kind.code(), 0.7f, 0.4f);
    assertThat(values.get(0)).isNotZero().isNotEqualTo(9);
    assertThat(values.get(1)).isNotZero().isNotEqualTo(9);
    assertThat(values.get(2)).isZero();
    assertThat(values.get(3)).isZero();
  }

  /** Sums that no label stands behind may have outgrown a float. */
  @ParameterizedTest
  @EnumSource
  void whereNothingCountsSumsMayBeAnything(ActivationFunction.Kind kind) {
    float[] anything = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 1
    };
    FloatArray sums = FloatArray.fromArray(anything);
    DenseLayer.activateBackward(sums, new FloatArray(5), 1, 5, kind.code(), 0.7f, 0.4f);
    assertThat(sums.toHeapArray()).containsOnly(0f);
  }
}
