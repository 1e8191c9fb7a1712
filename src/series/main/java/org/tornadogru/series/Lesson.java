package org.tornadogru.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * What a first pass found to be worth learning.
 *
 * @param epochs how long; 0 for nothing
 * @param untaught targets whose medians stay what they were at first: the baseline
 * @param calibration of what was learned first, by rows that it was not learned from
 */
record Lesson(int epochs, Set<String> untaught, Calibration calibration) {

  /** What a checkpoint calls it. */
  private static final String NAME = "lesson";

  private static final ObjectMapper JSON = new ObjectMapper();

  Lesson {
    untaught = Collections.unmodifiableSet(new TreeSet<>(untaught)); // in the same order always
  }

  /** All of it, without ranges. */
  Lesson(int epochs) {
    this(epochs, Set.of(), Calibration.NONE);
  }

  Lesson with(Calibration other) {
    return new Lesson(epochs, untaught, other);
  }

  Weights applied(Preparation preparation, Weights weights) {
    return Weights.of(
        weights.config(),
        weights.outputs(),
        weights.tensors().stream().map(tensor -> applied(preparation, tensor)).toList());
  }

  private Tensor applied(Preparation preparation, Tensor tensor) {
    if (untaught.isEmpty() || !tensor.name().startsWith("linear.")) {
      return tensor;
    }
    int outputs = tensor.shape().getFirst();
    int row = tensor.size() / outputs;
    int ofTarget = outputs / preparation.targets().size();
    return Tensor.of(
        tensor.name(),
        tensor.shape(),
        at -> {
          int output = at / row;
          TargetCode target = preparation.targets().get(output / ofTarget);
          return Preparation.isMedian(output) && untaught.contains(target.code().column())
              ? 0
              : tensor.at(at);
        });
  }

  /** As a checkpoint has it. */
  Map<String, String> words() {
    try {
      return Map.of(NAME, JSON.writeValueAsString(this));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a lesson is records of numbers and words", e);
    }
  }

  /** Whether a checkpoint is of the second pass, and has a lesson. */
  static boolean isIn(Map<String, String> words) {
    return words.containsKey(NAME);
  }

  /**
   * The lesson in a checkpoint.
   *
   * @throws InvalidInputException if it makes no sense
   */
  static Lesson of(Map<String, String> words) {
    try {
      return JSON.readValue(words.get(NAME), Lesson.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("the checkpoint is damaged: begin anew", e);
    }
  }
}
