package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;

/** Keras' names of activation functions; parameters are those of Keras 3, but for one. */
final class KerasActivation {

  private static final String HARD_SIGMOID = "hard_sigmoid";

  private static final Map<String, ActivationFunction> FUNCTIONS =
      Map.of(
          "sigmoid",
          ActivationFunction.SIGMOID,
          "tanh",
          ActivationFunction.TANH,
          "relu",
          ActivationFunction.of(Kind.RELU),
          "linear",
          ActivationFunction.of(Kind.AFFINE),
          "leaky_relu",
          new ActivationFunction(Kind.LEAKY_RELU, 0.2f, 0),
          HARD_SIGMOID,
          new ActivationFunction(Kind.HARD_SIGMOID, 1 / 6f, 0.5f),
          "elu",
          ActivationFunction.of(Kind.ELU),
          "softsign",
          ActivationFunction.of(Kind.SOFTSIGN),
          "softplus",
          ActivationFunction.of(Kind.SOFTPLUS));

  /** Its slope was another one before Keras 3: {@code min(max(0.2 x + 0.5, 0), 1)}. */
  private static final ActivationFunction OLD_HARD_SIGMOID =
      ActivationFunction.of(Kind.HARD_SIGMOID);

  /** The layers that are functions, which have parameters of their own. */
  private static final Set<String> LAYERS = Set.of("ReLU", "LeakyReLU", "ELU", "ThresholdedReLU");

  private KerasActivation() {}

  /** Whether a layer of this class is a function. */
  static boolean isLayer(String kind) {
    return LAYERS.contains(kind);
  }

  /** The function that such a layer is; null if there is none here. */
  private static ActivationFunction ofLayer(String kind, JsonNode config) {
    return switch (kind) {
      case "ReLU" -> {
        float slope = number(config, "negative_slope", 0);
        boolean whole = !config.hasNonNull("max_value") && number(config, "threshold", 0) == 0;
        ActivationFunction bent = new ActivationFunction(Kind.LEAKY_RELU, slope, 0);
        yield !whole ? null : slope == 0 ? ActivationFunction.of(Kind.RELU) : bent;
      }
      // It was called alpha before Keras 3.
      case "LeakyReLU" ->
          new ActivationFunction(
              Kind.LEAKY_RELU, number(config, "negative_slope", number(config, "alpha", 0.3f)), 0);
      case "ELU" -> new ActivationFunction(Kind.ELU, number(config, "alpha", 1), 0);
      case "ThresholdedReLU" ->
          new ActivationFunction(Kind.THRESHOLDED_RELU, number(config, "theta", 1), 0);
      default -> null;
    };
  }

  private static float number(JsonNode config, String name, float usual) {
    JsonNode number = config.path(name);
    if (!number.isMissingNode() && !number.isNumber()) {
      throw new InvalidInputException(
          "layer %s has a %s that is not a number"
              .formatted(Quoted.of(config.path("name").asText()), name));
    }
    return (float) number.asDouble(usual);
  }

  /** Such a layer; null if Keras 3 has none that is the function. */
  static ObjectNode layer(ActivationFunction function) {
    ObjectNode layer = JsonNodeFactory.instance.objectNode();
    return switch (function.kind()) {
      case LEAKY_RELU -> {
        layer.put("class_name", "LeakyReLU");
        layer.putObject("config").put("negative_slope", function.alpha());
        yield layer;
      }
      case ELU -> {
        layer.put("class_name", "ELU");
        layer.putObject("config").put("alpha", function.alpha());
        yield layer;
      }
      default -> null;
    };
  }

  /** Whether there is a name of the function. */
  static boolean isNamed(ActivationFunction function) {
    return FUNCTIONS.containsValue(function);
  }

  /**
   * A function.
   *
   * @param layer what messages call the layer that has it
   * @param node its name, or a layer that it is
   * @param version of Keras
   */
  static ActivationFunction read(String layer, JsonNode node, KerasVersion version) {
    ActivationFunction function =
        node.isNull()
            ? FUNCTIONS.get("linear")
            : ofLayer(node.path("class_name").asText(), node.path("config"));
    if (node.isTextual()) {
      function =
          node.textValue().equals(HARD_SIGMOID)
                  && version.isBefore(3, "what hard_sigmoid is in layer " + Quoted.of(layer))
              ? OLD_HARD_SIGMOID
              : FUNCTIONS.get(node.textValue());
    }
    if (function == null) {
      throw new InvalidInputException(
          "layer %s has the activation %s: only %s are supported"
              .formatted(
                  Quoted.of(layer),
                  Quoted.oneLine(node.toString()),
                  FUNCTIONS.keySet().stream().sorted().toList()));
    }
    return function;
  }

  static String name(ActivationFunction function) {
    Optional<String> name =
        FUNCTIONS.entrySet().stream()
            .filter(entry -> entry.getValue().equals(function))
            .map(Map.Entry::getKey)
            .findFirst();
    return name.orElseThrow(
        () ->
            new InvalidInputException(
                "Keras has no activation %s with alpha %s and beta %s"
                    .formatted(
                        GruProperty.word(function.kind()), function.alpha(), function.beta())));
  }
}
