package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
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

  private KerasActivation() {}

  /**
   * A function.
   *
   * @param layer what messages call the layer that has it
   * @param version of Keras
   */
  static ActivationFunction read(String layer, JsonNode node, KerasVersion version) {
    ActivationFunction function = node.isNull() ? FUNCTIONS.get("linear") : null;
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
