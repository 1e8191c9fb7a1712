package org.tornadogru.formats;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.RandomLayer;

/** Models with random weights, none of them symmetric. */
final class Models {

  private Models() {}

  static GruModel random(GruConfig config, int outputs, long seed) {
    return of(new RandomLayer(seed, config, outputs, 1, 1, null, null, false), outputs);
  }

  /** A layer with its own weights; two of three have the linear layer too. */
  static GruModel of(RandomLayer layer) {
    return of(layer, layer.seed() % 3 > 0 ? layer.outputs() : 0);
  }

  /** Nothing is in front of a linear layer, nor shared with it, where there is none. */
  private static GruConfig withoutHead(GruConfig config, int outputs) {
    return outputs > 0 || config.dense().isEmpty()
        ? config
        : config.toBuilder().dense().usual(GruProperty.TIED).build();
  }

  private static GruModel of(RandomLayer layer, int outputs) {
    return new GruModel(
        Weights.of(withoutHead(layer.config(), outputs), outputs, layer.floatTensors(outputs > 0)),
        new LinkedHashMap<>(Map.of("author", "é\n\"")));
  }
}
