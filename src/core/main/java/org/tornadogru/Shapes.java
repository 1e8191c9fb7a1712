package org.tornadogru;

import java.util.List;
import java.util.stream.Collectors;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;

/** Checks of what a caller gives, with both shapes in the message. */
final class Shapes {

  private Shapes() {}

  /**
   * Refuses sequences that a GRU cannot take.
   *
   * @param padded whether there may be negative ids, for padding
   */
  static void requireFit(GruConfig config, Sequences sequences, boolean padded) {
    boolean tokens = sequences.vectors().isEmpty();
    if (tokens != (config.input() == InputKind.TOKENS)) {
      throw new InvalidInputException(
          "the input is %s but the GRU takes %s"
              .formatted(
                  tokens ? "token ids" : "vectors",
                  config.input() == InputKind.TOKENS ? "token ids" : "vectors"));
    }
    if (tokens) {
      requireIds(config, sequences, padded);
    } else if (sequences.features() != config.inputSize()) {
      throw new InvalidInputException(
          "input is [%d][%d][%d] but the GRU takes inputs of size %d: expected [steps][batch][%d]"
              .formatted(
                  sequences.steps(),
                  sequences.batch(),
                  sequences.features(),
                  config.inputSize(),
                  config.inputSize()));
    }
  }

  private static void requireIds(GruConfig config, Sequences sequences, boolean padded) {
    for (int position = 0; position < sequences.steps() * sequences.batch(); position++) {
      int id = sequences.token(position);
      boolean fits = id < config.inputSize() && (id >= 0 || padded);
      if (!fits && sequences.isValid(position)) {
        throw new InvalidInputException(
            "token id %d at step %d, row %d: ids are from 0 to below %d, the size of the vocabulary"
                .formatted(
                    id,
                    position / sequences.batch(),
                    position % sequences.batch(),
                    config.inputSize()));
      }
    }
  }

  /** Refuses states that are not [L·D][N][H]. */
  static void requireState(GruConfig config, Tensor state, int batch) {
    require(
        "the state",
        state,
        List.of(config.walks(), batch, config.hiddenSize()),
        "[layers · directions][batch][hidden]");
  }

  /**
   * Refuses a tensor of another shape.
   *
   * @param what it is, to begin the message with
   * @param meaning of the sizes
   */
  static void require(String what, Tensor tensor, List<Integer> expected, String meaning) {
    if (!tensor.shape().equals(expected)) {
      throw new InvalidInputException(
          "%s is %s but must be %s = %s"
              .formatted(what, brackets(tensor.shape()), meaning, brackets(expected)));
    }
  }

  private static String brackets(List<Integer> shape) {
    return shape.stream().map("[%d]"::formatted).collect(Collectors.joining());
  }
}
