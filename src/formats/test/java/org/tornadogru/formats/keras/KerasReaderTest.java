package org.tornadogru.formats.keras;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tornadogru.formats.codec.Json;
import org.tornadogru.nn.Refusals;
import org.tornadogru.nn.Tensor;

class KerasReaderTest {

  /** Each would have a copy of the weights, of which a small file can ask for thousands. */
  @Test
  void twoLayersWithOneNameAreRefused() throws Exception {
    String layer =
        """
        {"class_name": "GRU", "config": {"name": "a", "reset_after": true, "return_sequences": true,
          "activation": "tanh", "recurrent_activation": "sigmoid"}}""";
    String model =
        "{\"class_name\":\"Sequential\",\"config\":{\"layers\":[%s,%s]}}".formatted(layer, layer);
    Map<String, Tensor> weights =
        Map.of(
            "layers/a/cell/vars/0", Tensor.of("w", List.of(2, 6), place -> place),
            "layers/a/cell/vars/1", Tensor.of("r", List.of(2, 6), place -> place),
            "layers/a/cell/vars/2", Tensor.of("b", List.of(2, 6), place -> place));
    KerasStack stack = new KerasStack(weights, new KerasVersion("2.15.0"));

    Refusals.assertRefused(
        () -> new KerasReader(stack, true).read(Json.STRICT.readTree(model)),
        "two layers with the name 'a'");
  }
}
