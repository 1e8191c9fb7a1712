package org.tornadogru.kernels;

import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task17;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task18;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Reads a prompt and writes on from it, many tokens a launch: lookup, a GRU step of each layer,
 * scores and sampling all stay on the device.
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
   * @param table input products plus input bias, [vocabulary][3·hidden], and a row behind them for
   *     those of the layers above the first
   * @param parameters weights in tiles, the bias last: from {@code recurrentAt} on the recurrent
   *     ones of the first layer, [3·hidden / 16][hidden + 1][16], then of each layer above those of
   *     its input and its recurrent ones, of the same shape; at {@code outputAt} those of the
   *     scores, [symbols / 16][hidden + 1][16]
   * @param states in and out, [layers][2][hidden]: before and after a turn, by turns
   * @param progress in and out, [2]: last token, turns so far
   * @param gates workspace, [4·hidden] or more
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
      int layers,
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
                layers,
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
                layers,
                resetBefore);
      };
    }
  }

  /** {@link #write} and its twins as loops: takes {@link Arguments}. */
  @FunctionalInterface
  public interface Loop
      extends Task17<
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
          Integer,
          Integer> {}

  /** Its twins as work-groups: takes {@link Arguments} behind the context of a work-item. */
  @FunctionalInterface
  public interface Group
      extends Task18<
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
          Integer,
          Integer> {}

  /**
   * A twin in some launches per turn, of which a graph of a few turns can be executed again and
   * again: a counter on the device says which turn it is.
   *
   * @param begin goes to the first turn of a request
   * @param next takes the next turn, if there is one
   */
  public record Turns(Begin begin, Next next) {

    /** Makes a task. */
    @FunctionalInterface
    public interface Begin {

      /**
       * A task before all turns.
       *
       * @param turn [1], the counter
       */
      Launch launch(String id, Arguments arguments, IntArray turn);
    }

    /** Makes the tasks of a turn. */
    @FunctionalInterface
    public interface Next {

      /**
       * Tasks that follow each other.
       *
       * @param id which turn of the graph it is, for their names
       * @param turn [1], the counter
       */
      List<Launch> launches(String id, Arguments arguments, IntArray turn);
    }
  }

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
      int layers,
      int resetBefore) {
    for (@Parallel int only = 0; only < 1; only++) {
      int matrix = 3 * hidden * (hidden + 1);
      restart(request, states, progress, layers, hidden);
      for (int turn = 0; turn < length; turn++) {
        int turns = progress.get(1);
        int before = (turns & 1) * hidden;
        int after = hidden - before;
        int read = read(request, turn, progress);
        for (int layer = 0; layer < layers; layer++) {
          int stateAt = 2 * layer * hidden;
          int weightsAt = recurrentAt + 2 * layer * matrix;
          int tableAt = (layer == 0 ? read : vocabulary) * 3 * hidden;
          if (layer > 0) {
            LinearLayer.outputs(
                states,
                stateAt - 2 * hidden + after,
                parameters,
                weightsAt - matrix,
                table,
                tableAt,
                hidden,
                3 * hidden);
          }
          GruCell.advance(
              table,
              tableAt,
              parameters,
              weightsAt,
              states,
              stateAt + before,
              stateAt + after,
              gates,
              0,
              hidden,
              resetBefore);
        }
        LinearLayer.outputs(
            states,
            2 * (layers - 1) * hidden + after,
            parameters,
            outputAt,
            scores,
            0,
            hidden,
            vocabulary);
        sample(scores, request, temperature, turn, turns, vocabulary, sampled, progress);
      }
    }
  }

  /** Begins a new text if the request says so: zero states, turn 0. */
  public static void restart(
      IntArray request, FloatArray states, IntArray progress, int layers, int hidden) {
    if (request.get(0) == 1) {
      progress.set(1, 0);
      for (int element = 0; element < layers * 2 * hidden; element++) {
        states.set(element, 0f);
      }
    }
  }

  /** The token that a turn reads. */
  public static int read(IntArray request, int turn, IntArray progress) {
    int requested = request.get(HEADER + turn);
    return requested == CONTINUE ? progress.get(0) : requested;
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
