package org.tornadogru.formats;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.RandomLayers.Case;

/** Models with random weights, none of them symmetric. */
final class Models {

  private Models() {}

  static GruModel random(GruConfig config, int outputs, long seed) {
    return of(new Case(seed, config, outputs, 1, 1, null, null, false), outputs);
  }

  /** A layer with its own weights; two of three have the linear layer too. */
  static GruModel of(Case layer) {
    return of(layer, layer.seed() % 3 > 0 ? layer.outputs() : 0);
  }

  private static GruModel of(Case layer, int outputs) {
    return new GruModel(
        Weights.of(layer.config(), outputs, layer.floatTensors(outputs > 0)),
        new LinkedHashMap<>(Map.of("author", "é\n\"")));
  }
}
