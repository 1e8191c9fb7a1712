package org.tornadogru.formats.onnx;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;

/** ONNX' names of activation functions, in a GRU and as operators, and their parameters. */
final class OnnxActivation {

  private OnnxActivation() {}

  /** The function of a GRU that has this name, in whatever case. */
  static Optional<Kind> ofName(String name) {
    return Arrays.stream(Kind.values())
        .filter(kind -> name(kind).equalsIgnoreCase(name))
        .findFirst();
  }

  /** The function that an operator is. */
  static Optional<Kind> ofOperator(String operator) {
    return Arrays.stream(Kind.values())
        .filter(kind -> isOperator(kind) && name(kind).equals(operator))
        .findFirst();
  }

  /** Whether there is an operator of this name. */
  static boolean isOperator(Kind kind) {
    return kind != Kind.AFFINE && kind != Kind.SCALED_TANH;
  }

  static String name(Kind kind) {
    StringBuilder name = new StringBuilder();
    for (String word : kind.name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  static boolean takesAlpha(Kind kind) {
    return ActivationFunction.of(kind).alpha() != 0;
  }

  static boolean takesBeta(Kind kind) {
    return switch (kind) {
      case AFFINE, SCALED_TANH, HARD_SIGMOID -> true;
      default -> false;
    };
  }
}
