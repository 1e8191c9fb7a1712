package org.tornadogru.oracle;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What goes into a layer besides its weights.
 *
 * @param x inputs, [T][N][I]; token ids as one-hot vectors, so that a wrong row lookup elsewhere
 *     shows
 * @param tokens the same as ids, [T][N]; null for dense inputs
 * @param valid whether a step counts, [T][N]; null is always
 * @param h0 initial states, [L·D][N][H]; null is zero
 * @param dropout what dropout multiplies by; null is 1
 */
// Arrays as record components: these records carry values and are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record LayerInput(
    double[][][] x, int[][] tokens, boolean[][] valid, double[][][] h0, Multipliers dropout) {

  /**
   * Dropout's multipliers, 0 or 1 / (1 − p); null is 1 throughout.
   *
   * @param input [N][I], or [N][E] behind an embedding
   * @param recurrent for the state in the recurrent products, [L·D][N][H]
   * @param between for the merged outputs of each layer but the last, [L − 1][T][N][O]
   */
  public record Multipliers(double[][] input, double[][][] recurrent, double[][][][] between) {}

  /** Dense inputs, all valid, from zero states: [T][N][I]. */
  public static LayerInput of(double[][][] x) {
    return new LayerInput(x, null, null, null, null);
  }

  /**
   * Token ids, all valid, from zero states. A negative one counts as 0.
   *
   * @param tokens [T][N]
   * @param size how many ids there are
   */
  public static LayerInput ofTokens(int[][] tokens, int size) {
    double[][][] x = new double[tokens.length][tokens[0].length][size];
    for (int t = 0; t < tokens.length; t++) {
      for (int n = 0; n < tokens[t].length; n++) {
        x[t][n][Math.max(0, tokens[t][n])] = 1;
      }
    }
    return new LayerInput(x, tokens, null, null, null);
  }

  /** One row of token ids, all valid, from the zero state: [T]. */
  public static LayerInput ofRow(int[] tokens, int size) {
    int[][] column = Arrays.stream(tokens).mapToObj(id -> new int[] {id}).toArray(int[][]::new);
    return ofTokens(column, size);
  }

  public LayerInput withValid(boolean[][] steps) {
    return new LayerInput(x, tokens, steps, h0, dropout);
  }

  public LayerInput withState(double[][][] state) {
    return new LayerInput(x, tokens, valid, state, dropout);
  }

  public LayerInput withDropout(Multipliers multipliers) {
    return new LayerInput(x, tokens, valid, h0, multipliers);
  }

  /** T. */
  public int steps() {
    return x.length;
  }

  /** N. */
  public int batch() {
    return x[0].length;
  }

  public boolean isValid(int step, int row) {
    return valid == null || valid[step][row];
  }

  /**
   * Lengths as a mask of leading steps, [T][N].
   *
   * @param lengths [N]
   */
  public static boolean[][] leading(int[] lengths, int steps) {
    boolean[][] valid = new boolean[steps][lengths.length];
    IntStream.range(0, lengths.length)
        .forEach(n -> Arrays.stream(valid, 0, lengths[n]).forEach(step -> step[n] = true));
    return valid;
  }
}
