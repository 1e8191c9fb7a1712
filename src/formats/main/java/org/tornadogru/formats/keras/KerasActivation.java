package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;

/** Keras' names of activation functions; parameters are those of Keras 3. */
final class KerasActivation {

  private static final Map<String, ActivationFunction> FUNCTIONS =
      Map.of(
          "sigmoid", ActivationFunction.SIGMOID,
          "tanh", ActivationFunction.TANH,
          "relu", ActivationFunction.of(Kind.RELU),
          "linear", ActivationFunction.of(Kind.AFFINE),
          "leaky_relu", new ActivationFunction(Kind.LEAKY_RELU, 0.2f, 0),
          "hard_sigmoid", new ActivationFunction(Kind.HARD_SIGMOID, 1 / 6f, 0.5f),
          "elu", ActivationFunction.of(Kind.ELU),
          "softsign", ActivationFunction.of(Kind.SOFTSIGN),
          "softplus", ActivationFunction.of(Kind.SOFTPLUS));

  private KerasActivation() {}

  /**
   * A function.
   *
   * @param layer what messages call the layer that has it
   */
  static ActivationFunction read(String layer, JsonNode node) {
    ActivationFunction function = node.isNull() ? FUNCTIONS.get("linear") : null;
    if (node.isTextual()) {
      function = FUNCTIONS.get(node.textValue());
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
