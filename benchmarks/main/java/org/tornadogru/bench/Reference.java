package org.tornadogru.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tornadogru.formats.Safetensors;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * The right answers of a work: as the annotated kernels compute them on the plain JVM, which are
 * the specification, or another library in double precision.
 *
 * @param work what was computed
 * @param tensors answers by name, see {@link Exercise}
 */
record Reference(Work work, Map<String, Tensor> tensors) {

  private static final String WORK = "work";

  /** Computes the answers. */
  static Reference compute(Work work, Library library) {
    try (Exercise exercise = new Exercise(work, library)) {
      for (int step = 0; step < exercise.checkedSteps(); step++) {
        exercise.step();
      }
      return new Reference(work, byName(exercise.reference()));
    }
  }

  /**
   * Reads a file of answers.
   *
   * @throws InvalidInputException if it is missing, damaged, or of another work
   */
  static Reference read(Work work, Path file) {
    Safetensors read = Safetensors.read(file);
    if (!work.name().equals(read.metadata().get(WORK))) {
      throw new InvalidInputException(
          "%s does not have the answers of %s: write them with --write-reference"
              .formatted(file, work));
    }
    return new Reference(work, byName(read.tensors()));
  }

  void write(Path file) throws IOException {
    new Safetensors(Map.of(WORK, work.name()), List.copyOf(tensors.values())).write(file);
  }

  /** Refuses answers of products of whole floats. */
  double check(List<Tensor> answers) {
    return check(answers, KernelSet.SINGLE);
  }

  /**
   * Refuses answers that are further off than rounding takes them.
   *
   * @param operandBits of a significand that large products kept of what they multiplied
   * @return the largest difference
   * @throws InvalidInputException if one is larger than its {@link Tolerance}, or not a number
   */
  double check(List<Tensor> answers, int operandBits) {
    Tolerance tolerances = new Tolerance(work, operandBits);
    double largest = 0;
    for (Tensor answer : answers) {
      double difference = difference(answer);
      double tolerance = tolerance(tolerances, answer.name());
      if (!(difference <= tolerance)) { // NaN is not
        throw new InvalidInputException(
            "wrong answers: %s up to %.1e off the reference, where rounding explains %.1e"
                .formatted(answer.name(), difference, tolerance));
      }
      largest = Math.max(largest, difference);
    }
    return largest;
  }

  private double tolerance(Tolerance tolerances, String name) {
    return switch (name) {
      case Exercise.LOGITS, Exercise.OUTPUTS -> tolerances.ofLogits() * largest(name);
      case Exercise.TOKENS -> tolerances.ofText() * largest(Exercise.LOGITS);
      case Exercise.LOSSES -> tolerances.ofLosses() * largest(name);
      default -> tolerances.ofWeights() * largest(name);
    };
  }

  private float largest(String name) {
    float largest = 0;
    for (float value : tensors.get(name).values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /**
   * The largest difference of an answer from this one: of losses and weights after the first steps,
   * or of logits. For a text, how far the first character that differs falls short of the best
   * score, since texts may part where two scores are nearly equal, and have nothing in common from
   * there.
   *
   * @return NaN if a value is
   */
  double difference(Tensor answer) {
    Tensor right = tensors.get(answer.name());
    if (right == null || !right.shape().equals(answer.shape())) {
      throw new IllegalStateException(
          "the reference has no %s of shape %s".formatted(answer.name(), answer.shape()));
    }
    return answer.name().equals(Exercise.TOKENS)
        ? shortfall(answer.values(), right.values())
        : largestDifference(answer.values(), right.values());
  }

  private static double largestDifference(float[] values, float[] right) {
    double difference = 0;
    for (int i = 0; i < values.length; i++) {
      difference = Math.max(difference, Math.abs((double) values[i] - right[i]));
    }
    return difference;
  }

  private double shortfall(float[] text, float[] right) {
    float[] scores = tensors.get(Exercise.LOGITS).values();
    int symbols = scores.length / right.length;
    for (int i = 0; i < text.length; i++) {
      if (text[i] != right[i]) {
        int chosen = (int) text[i];
        boolean known = chosen >= 0 && chosen < symbols;
        return known
            ? (double) scores[i * symbols + (int) right[i]] - scores[i * symbols + chosen]
            : Double.NaN;
      }
    }
    return 0;
  }

  private static Map<String, Tensor> byName(List<Tensor> tensors) {
    return tensors.stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
  }
}
