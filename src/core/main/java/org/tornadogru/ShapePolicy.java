package org.tornadogru;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;

/**
 * Which shapes a model is compiled for. A device compiles a graph for each shape that it meets,
 * which takes seconds: where batches have many shapes, a few of them are enough if the others are
 * filled up with steps and rows that do not count.
 *
 * <p>Not for a GRU that {@linkplain org.tornadogru.nn.GruConfig#keepReversed keeps the order of its
 * reverse walk}: its outputs would begin with the steps that were added.
 *
 * <pre>{@code
 * ShapePolicy.padded(64, 16, 32, 64, 128, 256, 400); // 64 rows, and one of six lengths
 * }</pre>
 *
 * @param batch rows that smaller batches are filled up to; 0 to take batches as they are
 * @param steps lengths that sequences are filled up to, rising; empty to take batches as they are
 */
public record ShapePolicy(int batch, List<Integer> steps) {

  /** Every batch as it is: a compilation for each shape. */
  public static final ShapePolicy EXACT = new ShapePolicy(0, List.of());

  public ShapePolicy {
    steps = List.copyOf(Objects.requireNonNull(steps, "steps"));
    boolean rising = steps.stream().sorted().distinct().toList().equals(steps);
    boolean positive = steps.stream().allMatch(each -> each > 0);
    if (steps.isEmpty() != (batch == 0) || batch < 0 || !rising || !positive) {
      throw new InvalidInputException(
          "shapes to fill up to have at least one row and rising numbers of steps, not %d rows and steps %s"
              .formatted(batch, steps));
    }
  }

  /**
   * Few shapes, that others are filled up to.
   *
   * @param batch rows of each
   * @param steps of each, rising
   */
  public static ShapePolicy padded(int batch, int... steps) {
    return new ShapePolicy(
        batch, IntStream.of(Objects.requireNonNull(steps, "steps")).boxed().toList());
  }

  /** Whether batches are taken as they are. */
  boolean isExact() {
    return steps.isEmpty();
  }

  /** What is compiled for a batch of a certain shape, with what else there is. */
  List<SequenceShape> with(SequenceShape shape) {
    if (isExact()) {
      return List.of(shape);
    }
    List<SequenceShape> shapes = new ArrayList<>();
    steps.forEach(each -> shapes.add(new SequenceShape(each, batch)));
    return shapes;
  }

  /**
   * The shape that a batch is filled up to.
   *
   * @throws InvalidInputException if there is none
   */
  SequenceShape of(SequenceShape shape) {
    if (isExact()) {
      return shape;
    }
    if (shape.batch() > batch || shape.steps() > steps.getLast()) {
      throw new InvalidInputException(
          "a batch of %d sequences of %d steps is larger than any shape of the policy: %d sequences, and steps %s"
              .formatted(shape.batch(), shape.steps(), batch, steps));
    }
    int fitting = steps.stream().filter(each -> each >= shape.steps()).findFirst().orElseThrow();
    return new SequenceShape(fitting, batch);
  }
}
