package org.tornadogru.nn;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;

/**
 * How the outputs of a model come about, beyond its weights: what other programs have as layers and
 * arguments around a GRU.
 *
 * @param steps which outputs of the GRU there are
 * @param activation behind the linear layer, or behind the GRU if there is none
 * @param padding what marks a step that does not count: its token id, or the value of all its
 *     features; empty if all count
 * @param initialState h₀ of every sequence, [L·D][H]: layer by layer, forward before reverse. H is
 *     the widest layer's; what is behind a narrower layer's state is passed over. Empty for zeros
 */
public record Usage(
    Steps steps,
    OutputActivation activation,
    OptionalDouble padding,
    Optional<Tensor> initialState) {

  /** All outputs as they are, every step counts, and every sequence begins at zeros. */
  public static final Usage PLAIN =
      new Usage(Steps.EACH, OutputActivation.LINEAR, OptionalDouble.empty(), Optional.empty());

  /** Which outputs of the GRU there are. */
  public enum Steps {
    /** One for each step. */
    EACH,
    /**
     * That of the last step. The reverse direction has seen only that step by then, or nothing at
     * all if it is masked.
     */
    LAST,
    /** The state behind the last step of each direction's walk, merged as outputs are. */
    FINAL_STATE
  }

  public Usage {
    if (padding.isPresent() && !Double.isFinite(padding.getAsDouble())) {
      throw new InvalidInputException("padding is a finite number, not " + padding.getAsDouble());
    }
    initialState.ifPresent(Usage::requireState);
  }

  private static void requireState(Tensor state) {
    if (state.shape().size() != 2) {
      throw new InvalidInputException(
          "the initial state is %s: expected [layers · directions][hidden]"
              .formatted(state.shape()));
    }
    for (int place = 0; place < state.size(); place++) {
      if (!Float.isFinite(state.at(place))) {
        throw new InvalidInputException("the initial state holds " + state.at(place));
      }
    }
  }

  /** The same for other steps. */
  public Usage withSteps(Steps other) {
    return new Usage(other, activation, padding, initialState);
  }

  /** The same with another activation. */
  public Usage withActivation(OutputActivation other) {
    return new Usage(steps, other, padding, initialState);
  }

  /** The same with another mark of steps that do not count. */
  public Usage withPadding(double mark) {
    return new Usage(steps, activation, OptionalDouble.of(mark), initialState);
  }

  /** The same beginning at another state, [L·D][H]. */
  public Usage withInitialState(Tensor state) {
    return new Usage(
        steps, activation, padding, Optional.of(Objects.requireNonNull(state, "state")));
  }

  /** Sequences as they are, but the steps that are padding do not count. */
  public Sequences masked(Sequences sequences) {
    if (padding.isEmpty()) {
      return sequences;
    }
    int batch = sequences.batch();
    IntPredicate padded = padded(sequences, (float) padding.getAsDouble());
    boolean[][] mask = new boolean[sequences.steps()][batch];
    for (int position = 0; position < mask.length * batch; position++) {
      mask[position / batch][position % batch] =
          sequences.isValid(position) && !padded.test(position);
    }
    return sequences.withMask(mask);
  }

  private static IntPredicate padded(Sequences sequences, float mark) {
    if (sequences.vectors().isEmpty()) {
      return position -> sequences.token(position) == mark;
    }
    Tensor vectors = sequences.vectors().get();
    int features = sequences.features();
    return position -> {
      for (int place = position * features; place < (position + 1) * features; place++) {
        if (vectors.at(place) != mark) {
          return false;
        }
      }
      return true;
    };
  }
}
