package org.tornadogru.series;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * What a first pass found to be worth learning.
 *
 * @param epochs how long; 0 for nothing
 * @param untaught outputs that stay what they were at first: the baseline
 */
record Lesson(int epochs, Set<Integer> untaught) {

  private static final String EPOCHS = "epochs";
  private static final String UNTAUGHT = "untaught";

  Weights applied(Weights weights) {
    return Weights.of(
        weights.config(),
        weights.outputs(),
        weights.tensors().stream().map(this::applied).toList());
  }

  private Tensor applied(Tensor tensor) {
    if (untaught.isEmpty() || !tensor.name().startsWith("linear.")) {
      return tensor;
    }
    int row = tensor.size() / tensor.shape().getFirst();
    return Tensor.of(
        tensor.name(), tensor.shape(), at -> untaught.contains(at / row) ? 0 : tensor.at(at));
  }

  /** As a checkpoint has it. */
  Map<String, String> words() {
    return Map.of(
        EPOCHS,
        Integer.toString(epochs),
        UNTAUGHT,
        untaught.stream().sorted().map(String::valueOf).collect(Collectors.joining(",")));
  }

  /** Whether a checkpoint is of the second pass, and has a lesson. */
  static boolean isIn(Map<String, String> words) {
    return words.containsKey(EPOCHS);
  }

  /**
   * The lesson in a checkpoint.
   *
   * @throws InvalidInputException if it makes no sense
   */
  static Lesson of(Map<String, String> words) {
    try {
      String untaught = words.getOrDefault(UNTAUGHT, "");
      return new Lesson(
          Integer.parseInt(words.get(EPOCHS)),
          untaught.isEmpty()
              ? Set.of()
              : Arrays.stream(untaught.split(",", -1))
                  .map(Integer::valueOf)
                  .collect(Collectors.toSet()));
    } catch (NumberFormatException e) {
      throw new InvalidInputException("the checkpoint is damaged: begin anew", e);
    }
  }
}
