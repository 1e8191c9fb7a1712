package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task16;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task17;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Reads a prompt and writes on from it, many tokens a launch: lookup, GRU step, scores and sampling
 * all stay on the device.
 *
 * <p>A request is [{@link #HEADER} + length] ints: restart (1 begins a new text from the zero
 * state), seed, how many of the likeliest tokens to sample from, then for each turn the token to
 * read, or {@link #CONTINUE} to read the one sampled last. What is sampled while reading a prompt
 * is ignored, except after its last token.
 */
public final class TextGeneration {

  /** Ints before the tokens of a request: restart, seed, top-k. */
  public static final int HEADER = 3;

  /** In a request: read the token that was sampled last. */
  public static final int CONTINUE = -1;

  private TextGeneration() {}

  /**
   * What {@link #write} and its twins take, in this order.
   *
   * @param request [HEADER + length]
   * @param temperature [1], positive; the scores are divided by it
   * @param table input products plus input bias, [vocabulary][3·hidden]
   * @param parameters at {@code recurrentAt} and {@code outputAt} weights in tiles, the bias last:
   *     [3·hidden / 16][hidden + 1][16] and [symbols / 16][hidden + 1][16]
   * @param states in and out, [2][hidden]: before and after a turn, by turns
   * @param progress in and out, [2]: last token, turns so far
   * @param gates workspace, [4·hidden]
   * @param scores workspace, [symbols]
   * @param sampled out, [length]
   * @param symbols the vocabulary, padded to whole tiles
   * @param resetBefore 1 if the reset gate acts before the recurrent product, 0 if after
   */
  public record Arguments(
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
      int length,
      int vocabulary,
      int symbols,
      int hidden,
      int resetBefore) {

    /** A task that passes them to a set's kernel. */
    public TaskPackage task(String id, Recurrence recurrence) {
      return switch (recurrence) {
        case Recurrence.Loops loops ->
            new TaskPackage(
                id,
                loops.write(),
                request,
                temperature,
                table,
                parameters,
                states,
                progress,
                gates,
                scores,
                sampled,
                recurrentAt,
                outputAt,
                length,
                vocabulary,
                symbols,
                hidden,
                resetBefore);
        case Recurrence.Groups groups ->
            new TaskPackage(
                id,
                groups.write(),
                new KernelContext(),
                request,
                temperature,
                table,
                parameters,
                states,
                progress,
                gates,
                scores,
                sampled,
                recurrentAt,
                outputAt,
                length,
                vocabulary,
                symbols,
                hidden,
                resetBefore);
      };
    }
  }

  /** {@link #write} and its twins as loops: takes {@link Arguments}. */
  @FunctionalInterface
  public interface Loop
      extends Task16<
          IntArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          IntArray,
          FloatArray,
          FloatArray,
          IntArray,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** Its twins as work-groups: takes {@link Arguments} behind the context of a work-item. */
  @FunctionalInterface
  public interface Group
      extends Task17<
          KernelContext,
          IntArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          IntArray,
          FloatArray,
          FloatArray,
          IntArray,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer> {}

  /** Generates {@code length} tokens. */
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
      int length,
      int vocabulary,
      int symbols,
      int hidden,
      int resetBefore) {
    for (@Parallel int only = 0; only < 1; only++) {
      restart(request, states, progress, hidden);
      for (int turn = 0; turn < length; turn++) {
        int turns = progress.get(1);
        int nextAt = (1 - (turns & 1)) * hidden;
        int requested = request.get(HEADER + turn);
        int read = requested == CONTINUE ? progress.get(0) : requested;
        GruCell.advance(
            table,
            read * 3 * hidden,
            parameters,
            recurrentAt,
            states,
            (turns & 1) * hidden,
            nextAt,
            gates,
            0,
            hidden,
            resetBefore);
        score(states, nextAt, parameters, outputAt, scores, vocabulary, hidden);
        sample(scores, request, temperature, turn, turns, vocabulary, sampled, progress);
      }
    }
  }

  /** Begins a new text if the request says so: the zero state, turn 0. */
  public static void restart(IntArray request, FloatArray states, IntArray progress, int hidden) {
    if (request.get(0) == 1) {
      progress.set(1, 0);
      for (int unit = 0; unit < hidden; unit++) {
        states.set(unit, 0f);
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
      int vocabulary,
      int hidden) {
    for (int symbol = 0; symbol < vocabulary; symbol++) {
      int weightAt = outputAt + Tiles.at(0, symbol, hidden + 1);
      float sum = parameters.get(weightAt + hidden * Tiles.LANES);
      for (int k = 0; k < hidden; k++) {
        sum += states.get(stateAt + k) * parameters.get(weightAt + k * Tiles.LANES);
      }
      scores.set(symbol, sum);
    }
  }

  /**
   * Ends a turn: samples its token.
   *
   * @param turns those before it, in all launches: the number of its random number
   */
  public static void sample(
      FloatArray scores,
      IntArray request,
      FloatArray temperature,
      int turn,
      int turns,
      int vocabulary,
      IntArray sampled,
      IntArray progress) {
    float uniform = Philox.uniformFloat(turns, 0, request.get(1));
    int token = TopK.draw(scores, temperature.get(0), request.get(2), uniform, vocabulary);
    sampled.set(turn, token);
    progress.set(0, token);
    progress.set(1, turns + 1);
  }
}
