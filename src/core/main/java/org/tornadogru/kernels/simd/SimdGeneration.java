package org.tornadogru.kernels.simd;

import org.tornadogru.kernels.Philox;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.TopK;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link TextGeneration}, which has the arguments.
 *
 * <p>A turn is a few products of one row, as fast as the weights can be read: each core keeps to
 * its own units and symbols, whose weights stay in its cache, and all meet where one needs what
 * another has computed. Every core samples, which is cheaper than to wait for the one that does.
 */
final class SimdGeneration {

  private final IntArray request;
  private final FloatArray temperature;
  private final float[] table;
  private final int tableAt;
  private final int recurrentAt;
  private final int outputAt;
  private final float[] states;
  private final int statesAt;
  private final IntArray progress;
  private final float[] gates;
  private final int gatesAt;
  private final FloatArray scores;
  private final float[] scoreFloats;
  private final int scoresAt;
  private final IntArray sampled;
  private final int length;
  private final int vocabulary;
  private final int symbols;
  private final int hidden;
  private final int layers;
  private final RowStep step;
  private final int members;

  private SimdGeneration(
      IntArray request,
      FloatArray temperature,
      Floats table,
      Floats parameters,
      Floats states,
      IntArray progress,
      Floats gates,
      FloatArray scores,
      IntArray sampled,
      int recurrentAt,
      int outputAt,
      int length,
      int vocabulary,
      int symbols,
      int hidden,
      int layers,
      int resetBefore,
      boolean pairs) {
    this.request = request;
    this.temperature = temperature;
    this.table = table.array();
    tableAt = table.at();
    this.recurrentAt = parameters.at() + recurrentAt;
    this.outputAt = parameters.at() + outputAt;
    this.states = states.array();
    statesAt = states.at();
    this.progress = progress;
    this.gates = gates.array();
    gatesAt = gates.at();
    this.scores = scores;
    scoreFloats = Floats.of(scores).array();
    scoresAt = Floats.of(scores).at();
    this.sampled = sampled;
    this.length = length;
    this.vocabulary = vocabulary;
    this.symbols = symbols;
    this.hidden = hidden;
    this.layers = layers;
    step =
        new RowStep(
            this.table,
            parameters.array(),
            this.states,
            this.gates,
            hidden,
            resetBefore == 1,
            pairs);
    members = RowStep.members(hidden);
  }

  static void write(
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
    write(
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
        resetBefore,
        false);
  }

  /**
   * The same with weights of which a float holds two, see {@link BrainFloats}.
   *
   * @param parameters from {@code recurrentAt} on, without what lies before: the matrices as {@link
   *     TextGeneration} has them, in pairs
   */
  static void writeFromPairs(
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
    write(
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
        resetBefore,
        true);
  }

  private static void write(
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
      int resetBefore,
      boolean pairs) {
    SimdGeneration generation =
        new SimdGeneration(
            request,
            temperature,
            Floats.of(table),
            Floats.of(parameters),
            Floats.of(states),
            progress,
            Floats.of(gates),
            scores,
            sampled,
            recurrentAt,
            outputAt,
            length,
            vocabulary,
            symbols,
            hidden,
            layers,
            resetBefore,
            pairs);
    TextGeneration.restart(request, states, progress, layers, hidden);
    Cores.ALL.together(generation.members, generation::member);
    progress.set(0, sampled.get(length - 1));
    progress.set(1, progress.get(1) + length);
  }

  /** The share of one core in every turn. */
  private void member(int member, Cores.Meeting meeting) {
    int fromUnit = RowStep.share(member, members, hidden);
    int toUnit = RowStep.share(member + 1, members, hidden);
    int matrix = 3 * hidden * step.columnLength();
    int fromSymbol = RowStep.share(member, members, symbols);
    int toSymbol = RowStep.share(member + 1, members, symbols);
    int firstTurn = progress.get(1);
    int token = progress.get(0);
    int seed = request.get(1);
    int topK = request.get(2);
    for (int turn = 0; turn < length; turn++) {
      int turns = firstTurn + turn;
      int requested = request.get(TextGeneration.HEADER + turn);
      int read = requested == TextGeneration.CONTINUE ? token : requested;
      int before = (turns & 1) * hidden;
      int after = hidden - before;
      for (int layer = 0; layer < layers; layer++) {
        int stateAt = statesAt + 2 * layer * hidden;
        int weightsAt = recurrentAt + 2 * layer * matrix;
        int inputAt = tableAt + (layer == 0 ? read : vocabulary) * 3 * hidden;
        for (int gate = 0; layer > 0 && gate < 3; gate++) {
          int column = gate * hidden + fromUnit;
          step.products(
              states,
              stateAt - 2 * hidden + after,
              weightsAt - matrix,
              column,
              table,
              inputAt + column,
              toUnit - fromUnit);
        }
        step.advance(
            inputAt,
            weightsAt,
            stateAt + before,
            stateAt + after,
            gatesAt,
            fromUnit,
            toUnit,
            meeting);
        meeting.await();
      }
      int lastAt = statesAt + 2 * (layers - 1) * hidden + after;
      step.products(
          states,
          lastAt,
          outputAt,
          fromSymbol,
          scoreFloats,
          scoresAt + fromSymbol,
          toSymbol - fromSymbol);
      meeting.await();
      token =
          TopK.draw(
              scores, temperature.get(0), topK, Philox.uniformFloat(turns, 0, seed), vocabulary);
      if (member == 0) {
        sampled.set(turn, token);
      }
    }
  }
}
