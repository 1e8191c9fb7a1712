package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Reads a prompt and writes on from it, many tokens a launch: lookup, GRU step, scores and sampling
 * all stay on the device. One work-item per stream; streams are independent texts.
 *
 * <p>A request is {@code [streams][}{@link #HEADER}{@code + length]} ints: restart (1 begins a new
 * text from the zero state), seed, how many of the likeliest tokens to sample from, then for each
 * turn the token to read, or {@link #CONTINUE} to read the one sampled last. What is sampled while
 * reading a prompt is ignored, except after its last token.
 */
public final class TextGeneration {

  /** Ints before the tokens of a request: restart, seed, top-k. */
  public static final int HEADER = 3;

  /** In a request: read the token that was sampled last. */
  public static final int CONTINUE = -1;

  private TextGeneration() {}

  /**
   * Generates {@code length} tokens for every stream.
   *
   * @param request [streams][HEADER + length]
   * @param temperature [streams], positive; the scores are divided by it
   * @param table input products plus input bias, [vocabulary][3·hidden]
   * @param parameters at {@code recurrentAt} and {@code outputAt} weights in tiles, the bias last:
   *     [3·hidden / 16][hidden + 1][16] and [symbols / 16][hidden + 1][16]
   * @param states in and out, [streams][2][hidden]: before and after a turn, by turns
   * @param progress in and out, [streams][2]: last token, turns so far
   * @param gates workspace, [streams][4·hidden]
   * @param scores workspace, [streams][symbols]
   * @param sampled out, [streams][length]
   * @param symbols the vocabulary, padded to whole tiles
   * @param resetBefore 1 if the reset gate acts before the recurrent product, 0 if after
   */
  public static void write(
      IntArray request,
      FloatArray temperature,
      FloatArray table,
      FloatArray parameters,
      FloatArray states,
      IntArray progress,
      FloatArray gates,
      FloatArray scores,
      IntArray sampled,
      int recurrentAt,
      int outputAt,
      int streams,
      int length,
      int vocabulary,
      int symbols,
      int hidden,
      int resetBefore) {
    for (@Parallel int stream = 0; stream < streams; stream++) {
      int requestAt = stream * (HEADER + length);
      int stateAt = stream * 2 * hidden;
      int scoresAt = stream * symbols;
      restart(request, requestAt, states, stateAt, progress, stream, hidden);
      for (int turn = 0; turn < length; turn++) {
        int turns = progress.get(2 * stream + 1);
        int previousAt = stateAt + (turns & 1) * hidden;
        int nextAt = stateAt + (1 - (turns & 1)) * hidden;
        int requested = request.get(requestAt + HEADER + turn);
        int read = requested == CONTINUE ? progress.get(2 * stream) : requested;
        int tableAt = read * 3 * hidden;
        int gatesAt = stream * 4 * hidden;
        if (resetBefore == 1) {
          GruCell.resetBefore(
              table,
              tableAt,
              parameters,
              recurrentAt,
              states,
              previousAt,
              nextAt,
              gates,
              gatesAt,
              hidden);
        } else {
          GruCell.resetAfter(
              table,
              tableAt,
              parameters,
              recurrentAt,
              states,
              previousAt,
              nextAt,
              gates,
              gatesAt,
              hidden);
        }
        score(states, nextAt, parameters, outputAt, scores, scoresAt, vocabulary, hidden);
        float uniform = Philox.uniformFloat(turns, stream, request.get(requestAt + 1));
        int token =
            Sampling.draw(
                scores,
                scoresAt,
                temperature.get(stream),
                request.get(requestAt + 2),
                uniform,
                vocabulary);
        sampled.set(stream * length + turn, token);
        progress.set(2 * stream, token);
        progress.set(2 * stream + 1, turns + 1);
      }
    }
  }

  /** Begins a new text if the request says so: the zero state, turn 0. */
  public static void restart(
      IntArray request,
      int requestAt,
      FloatArray states,
      int stateAt,
      IntArray progress,
      int stream,
      int hidden) {
    if (request.get(requestAt) == 1) {
      progress.set(2 * stream + 1, 0);
      for (int unit = 0; unit < hidden; unit++) {
        states.set(stateAt + unit, 0f);
      }
    }
  }

  /** {@code scores = h W + b}. */
  private static void score(
      FloatArray states,
      int stateAt,
      FloatArray parameters,
      int outputAt,
      FloatArray scores,
      int scoresAt,
      int vocabulary,
      int hidden) {
    for (int symbol = 0; symbol < vocabulary; symbol++) {
      int weightAt = outputAt + Tiles.at(0, symbol, hidden + 1);
      float sum = parameters.get(weightAt + hidden * Tiles.LANES);
      for (int k = 0; k < hidden; k++) {
        sum += states.get(stateAt + k) * parameters.get(weightAt + k * Tiles.LANES);
      }
      scores.set(scoresAt + symbol, sum);
    }
  }
}
