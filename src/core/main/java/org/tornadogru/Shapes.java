package org.tornadogru;

import java.util.Arrays;
import java.util.Locale;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;

/** Checks of what a caller gives, with both shapes in the message. */
final class Shapes {

  private Shapes() {}

  /** Refuses sequences that a GRU cannot take. */
  static void requireFit(GruConfig config, Sequences sequences) {
    boolean tokens = sequences.tokens() != null;
    if (tokens != (config.input() == InputKind.TOKENS)) {
      throw new InvalidInputException(
          "the input is %s but the GRU takes %s"
              .formatted(
                  tokens ? "token ids" : "vectors",
                  config.input() == InputKind.TOKENS ? "token ids" : "vectors"));
    }
    if (!tokens && sequences.features() != config.inputSize()) {
      throw new InvalidInputException(
          "input is [%d][%d][%d] but the GRU takes inputs of size %d: expected [steps][batch][%d]"
              .formatted(
                  sequences.steps(),
                  sequences.batch(),
                  sequences.features(),
                  config.inputSize(),
                  config.inputSize()));
    }
    if (tokens) {
      requireIds(config, sequences);
    }
  }

  private static void requireIds(GruConfig config, Sequences sequences) {
    int[] ids = sequences.tokens();
    for (int position = 0; position < ids.length; position++) {
      boolean counts = sequences.valid() == null || sequences.valid()[position];
      if (counts && (ids[position] < 0 || ids[position] >= config.inputSize())) {
        throw new InvalidInputException(
            "token id %d at step %d, row %d is not below %d, the size of the vocabulary"
                .formatted(
                    ids[position],
                    position / sequences.batch(),
                    position % sequences.batch(),
                    config.inputSize()));
      }
    }
  }

  /** Flattens states, [L·D][N][H]. */
  static float[] state(GruConfig config, float[][][] state, int batch) {
    return flat(
        "the state",
        state,
        new int[] {config.walks(), batch, config.hiddenSize()},
        "[layers · directions][batch][hidden]");
  }

  /**
   * Flattens an array of a given shape.
   *
   * @param what it is, to begin the message with
   * @param expected its three sizes
   * @param meaning of the sizes
   */
  static float[] flat(String what, float[][][] values, int[] expected, String meaning) {
    float[] flat = new float[expected[0] * expected[1] * expected[2]];
    requireSize(what, values.length, values, expected, meaning, 0);
    for (int i = 0; i < expected[0]; i++) {
      requireSize(what, values[i].length, values, expected, meaning, 1);
      for (int j = 0; j < expected[1]; j++) {
        requireSize(what, values[i][j].length, values, expected, meaning, 2);
        System.arraycopy(values[i][j], 0, flat, (i * expected[1] + j) * expected[2], expected[2]);
      }
    }
    return flat;
  }

  private static void requireSize(
      String what, int size, float[][][] values, int[] expected, String meaning, int dimension) {
    if (size != expected[dimension]) {
      int inner = values.length == 0 ? 0 : values[0].length;
      int features = inner == 0 ? 0 : values[0][0].length;
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s is [%d][%d][%d] but must be %s = %s",
              what,
              values.length,
              dimension == 1 ? size : inner,
              dimension == 2 ? size : features,
              meaning,
              Arrays.toString(expected).replace(", ", "][")));
    }
  }
}
