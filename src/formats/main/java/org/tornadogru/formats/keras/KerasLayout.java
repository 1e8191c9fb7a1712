package org.tornadogru.formats.keras;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadogru.nn.Tensor;

/**
 * Where versions of Keras put weights, made the paths of Keras 3.
 *
 * <pre>
 *   layers/gru/cell/vars/0                            Keras 3; layers are counted by their class
 *   _layer_checkpoint_dependencies/gru/cell/vars/0    Keras 2.13 to 2.15, the same
 *   model_weights/encoder/encoder/gru_cell/kernel:0   a model in HDF5: layers have their names
 * </pre>
 */
final class KerasLayout {

  private static final String OLD_LAYERS = "_layer_checkpoint_dependencies/";
  private static final String LAYERS = "layers/";

  /** The layer, what is between, and the tensor. */
  private static final Pattern NAMED =
      Pattern.compile(
          "model_weights/([^/]+)/(.*/)?(kernel|recurrent_kernel|bias|embeddings)(?::\\d{1,3})?");

  private KerasLayout() {}

  /** The weights of an archive, or of a file of weights. */
  static Map<String, Tensor> ofCounted(Map<String, Tensor> tensors) {
    Map<String, Tensor> weights = new TreeMap<>();
    tensors.forEach(
        (path, tensor) ->
            weights.put(
                path.startsWith(OLD_LAYERS) ? LAYERS + path.substring(OLD_LAYERS.length()) : path,
                tensor));
    return weights;
  }

  /** The weights of a model in HDF5. */
  static Map<String, Tensor> ofNamed(Map<String, Tensor> tensors) {
    Set<String> cells = new HashSet<>();
    for (String path : tensors.keySet()) {
      Matcher matcher = NAMED.matcher(path);
      if (matcher.matches() && matcher.group(3).equals("recurrent_kernel")) {
        cells.add(path.substring(0, matcher.start(3)));
      }
    }
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Matcher matcher = NAMED.matcher(entry.getKey());
      if (!matcher.matches()) {
        weights.put(entry.getKey(), entry.getValue());
        continue;
      }
      String between = matcher.group(2) == null ? "" : matcher.group(2);
      boolean cell = cells.contains(entry.getKey().substring(0, matcher.start(3)));
      String place =
          switch (matcher.group(3)) {
            case "recurrent_kernel" -> "1";
            case "bias" -> cell ? "2" : "1";
            default -> "0";
          };
      weights.put(
          LAYERS + matcher.group(1) + walk(between) + (cell ? "/cell" : "") + "/vars/" + place,
          entry.getValue());
    }
    return weights;
  }

  private static String walk(String between) {
    for (String part : between.split("/", -1)) {
      if (part.startsWith("forward")) {
        return "/forward_layer";
      }
      if (part.startsWith("backward")) {
        return "/backward_layer";
      }
    }
    return "";
  }
}
