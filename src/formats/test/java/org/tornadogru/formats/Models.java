package org.tornadogru.formats;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.RandomLayers;

/** Models with random weights, none of them symmetric. */
final class Models {

  private Models() {}

  /** Every weight is in (−1/2, 1/2) and not 0. */
  static GruModel random(GruConfig config, int outputs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return of(
        config,
        outputs,
        Weights.zeros(config, outputs).tensors().stream()
            .map(tensor -> new Tensor(tensor.name(), tensor.shape(), values(random, tensor)))
            .toList());
  }

  /** A layer with its own weights; two of three have the linear layer too. */
  static GruModel of(RandomLayers.Case layer) {
    boolean linear = layer.seed() % 3 > 0;
    return of(layer.config(), linear ? layer.outputs() : 0, layer.floatTensors(linear));
  }

  private static GruModel of(GruConfig config, int outputs, List<Tensor> tensors) {
    return new GruModel(
        Weights.of(config, outputs, tensors), new LinkedHashMap<>(Map.of("author", "é\n\"")));
  }

  private static float[] values(SplittableRandom random, Tensor tensor) {
    float[] values = new float[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-0.5, 0.5);
    }
    return values;
  }
}
