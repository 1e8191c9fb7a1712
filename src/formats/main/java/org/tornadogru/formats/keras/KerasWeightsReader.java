package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.Tensor;

/** Reads a model of which only the weights are known: Keras' defaults otherwise. */
final class KerasWeightsReader {

  private static final Pattern COUNTED = Pattern.compile("layers/([a-z_]+?)(?:_(\\d{1,4}))?/.*");

  private KerasWeightsReader() {}

  /**
   * Passes on the layers that the paths of the weights tell.
   *
   * @param activations behind the dense layers but the last one
   */
  static void read(
      Map<String, Tensor> weights, List<ActivationFunction> activations, KerasStack stack) {
    TreeSet<String> names =
        new TreeSet<>(
            Comparator.comparingInt(KerasWeightsReader::order)
                .thenComparingInt(KerasWeightsReader::count)
                .thenComparing(Comparator.naturalOrder()));
    for (String path : weights.keySet()) {
      if (COUNTED.matcher(path).matches()) {
        names.add(path.split("/", 3)[1]);
      }
    }
    for (String name : names) {
      String kind = kind(name);
      String path = "layers/" + name;
      switch (kind) {
        case "embedding" -> stack.embedding(name, path);
        case "gru" -> stack.gru(name, path, usual(weights, path));
        case "bidirectional" ->
            stack.bidirectional(
                name,
                path,
                usual(weights, path + "/forward_layer"),
                usual(weights, path + "/backward_layer"),
                Merge.CONCAT);
        case "dense" -> stack.dense(path, name, MissingNode.getInstance());
        case "time_distributed" -> stack.dense(path + "/layer", name, MissingNode.getInstance());
        default -> throw KerasStack.unsupported(name, kind);
      }
    }
    stack.setActivations(activations);
    if (stack.mergeIsOpen()) {
      throw new InvalidInputException(
          "weights alone do not say whether its directions are added, averaged or multiplied: give the .keras file");
    }
  }

  /** What the shape of a layer's bias tells, and Keras' defaults. */
  private static JsonNode usual(Map<String, Tensor> weights, String path) {
    Tensor bias = weights.get(path + "/cell/vars/2");
    return JsonNodeFactory.instance
        .objectNode()
        .put("reset_after", bias == null || bias.shape().size() == 2)
        .put("use_bias", bias != null)
        .put("activation", "tanh")
        .put("recurrent_activation", "sigmoid")
        .put("return_sequences", true)
        .put("zero_output_for_mask", true);
  }

  private static String kind(String name) {
    return name.replaceFirst("_\\d{1,4}$", "");
  }

  private static int count(String name) {
    Matcher matcher = COUNTED.matcher("layers/" + name + "/");
    return matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 0;
  }

  private static int order(String name) {
    return switch (kind(name)) {
      case "embedding" -> 0;
      case "gru", "bidirectional" -> 1;
      default -> 2;
    };
  }
}
