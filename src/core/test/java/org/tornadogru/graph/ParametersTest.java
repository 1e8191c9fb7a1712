package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.RandomLayer;

class ParametersTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.oracle.RandomLayers#cases")
  void eachWeightHasAPlaceOfItsOwnAndTheRestIsZero(RandomLayer model) {
    Weights weights = Weights.of(model.config(), model.outputs(), model.floatTensors(true));

    Parameters packed = Parameters.pack(weights);

    assertThat(packed.unpack()).isEqualTo(weights);
    assertThat(sorted(packed.array().toHeapArray()))
        .isEqualTo(sorted(weights.tensors().stream().map(Tensor::values).toArray(float[][]::new)));
  }

  /** Values that are not zero, in their order. */
  private static float[] sorted(float[]... parts) {
    int count = 0;
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    for (float[] part : parts) {
      for (float value : part) {
        if (value != 0) {
          all[count++] = value;
        }
      }
    }
    float[] present = Arrays.copyOf(all, count);
    Arrays.sort(present);
    return present;
  }
}
