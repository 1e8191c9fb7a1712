package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Philox;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Tiles;
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

  /** Units from which on another core saves more time than it takes to meet. */
  private static final int WORTH_MEETING = 96;

  private final IntArray request;
  private final FloatArray temperature;
  private final float[] table;
  private final int tableAt;
  private final float[] parameters;
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
  private final boolean resetBefore;

  /** Whether a float of the weights holds two of them. */
  private final boolean pairs;

  /** Floats of a column's weights, the bias last. */
  private final int columnLength;

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
    this.parameters = parameters.array();
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
    this.resetBefore = resetBefore == 1;
    this.pairs = pairs;
    columnLength = (pairs ? hidden / 2 : hidden) + 1;
    members = hidden < WORTH_MEETING ? 1 : Cores.ALL.count();
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
    int fromUnit = share(member, hidden);
    int toUnit = share(member + 1, hidden);
    int matrix = 3 * hidden * columnLength;
    int fromSymbol = share(member, symbols);
    int toSymbol = share(member + 1, symbols);
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
        if (layer > 0) {
          for (int unit = fromUnit; unit < toUnit; unit += Tiles.LANES) {
            products(
                states,
                stateAt - 2 * hidden + after,
                weightsAt - matrix,
                0,
                3,
                unit,
                table,
                inputAt);
          }
        }
        advance(inputAt, weightsAt, stateAt + before, stateAt + after, fromUnit, toUnit, meeting);
        meeting.await();
      }
      int lastAt = statesAt + 2 * (layers - 1) * hidden + after;
      for (int symbol = fromSymbol; symbol < toSymbol; symbol += Tiles.LANES) {
        row(states, lastAt, outputAt + symbol * columnLength, scoreFloats, scoresAt + symbol);
      }
      meeting.await();
      token =
          TopK.draw(
              scores, temperature.get(0), topK, Philox.uniformFloat(turns, 0, seed), vocabulary);
      if (member == 0) {
        sampled.set(turn, token);
      }
    }
  }

  /** A core's units of the next state. */
  private void advance(
      int inputAt,
      int weightsAt,
      int previousAt,
      int nextAt,
      int fromUnit,
      int toUnit,
      Cores.Meeting meeting) {
    if (resetBefore) {
      for (int unit = fromUnit; unit < toUnit; unit += Tiles.LANES) {
        gatesBefore(inputAt, weightsAt, previousAt, unit);
      }
      meeting.await();
      for (int unit = fromUnit; unit < toUnit; unit += Tiles.LANES) {
        candidateBefore(inputAt, weightsAt, previousAt, nextAt, unit);
      }
    } else {
      for (int unit = fromUnit; unit < toUnit; unit += Tiles.LANES) {
        unitsAfter(inputAt, weightsAt, previousAt, nextAt, unit);
      }
    }
  }

  /** Where a core's part of so many columns begins, in whole tiles. */
  private int share(int member, int columns) {
    return columns / Tiles.LANES * member / members * Tiles.LANES;
  }

  private void unitsAfter(int inputAt, int weightsAt, int previousAt, int nextAt, int unit) {
    int resetAt = gatesAt + unit;
    int updateAt = resetAt + hidden;
    int candidateAt = updateAt + hidden;
    products(states, previousAt, weightsAt, 0, 3, unit, gates, gatesAt);
    Gates.sigmoid(table, inputAt + unit, gates, resetAt, gates, resetAt, Tiles.LANES);
    Gates.sigmoid(table, inputAt + hidden + unit, gates, updateAt, gates, updateAt, Tiles.LANES);
    Gates.tanh(
        table,
        inputAt + 2 * hidden + unit,
        gates,
        resetAt,
        gates,
        candidateAt,
        gates,
        candidateAt,
        Tiles.LANES);
    Gates.update(
        gates, updateAt, gates, candidateAt, states, previousAt + unit, nextAt + unit, Tiles.LANES);
  }

  private void gatesBefore(int inputAt, int weightsAt, int previousAt, int unit) {
    int resetAt = gatesAt + unit;
    int updateAt = resetAt + hidden;
    products(states, previousAt, weightsAt, 0, 2, unit, gates, gatesAt);
    Gates.sigmoid(table, inputAt + unit, gates, resetAt, gates, resetAt, Tiles.LANES);
    Gates.sigmoid(table, inputAt + hidden + unit, gates, updateAt, gates, updateAt, Tiles.LANES);
    Gates.reset(
        gates, resetAt, states, previousAt + unit, gates, resetAt + 3 * hidden, Tiles.LANES);
  }

  private void candidateBefore(int inputAt, int weightsAt, int previousAt, int nextAt, int unit) {
    int updateAt = gatesAt + hidden + unit;
    int candidateAt = updateAt + hidden;
    products(gates, gatesAt + 3 * hidden, weightsAt, 2, 3, unit, gates, gatesAt);
    Gates.tanh(
        table, inputAt + 2 * hidden + unit, gates, candidateAt, gates, candidateAt, Tiles.LANES);
    Gates.update(
        gates, updateAt, gates, candidateAt, states, previousAt + unit, nextAt + unit, Tiles.LANES);
  }

  /** Some gates of 16 units, before their activation. */
  private void products(
      float[] x, int xAt, int weightsAt, int fromGate, int toGate, int unit, float[] y, int yAt) {
    for (int gate = fromGate; gate < toGate; gate++) {
      int column = gate * hidden + unit;
      row(x, xAt, weightsAt + column * columnLength, y, yAt + column);
    }
  }

  /** {@code y = x W + b} for a row and a tile. */
  private void row(float[] x, int xAt, int weightAt, float[] y, int yAt) {
    if (pairs) {
      rowOfPairs(x, xAt, parameters, weightAt, hidden, y, yAt);
    } else {
      rowOfFloats(x, xAt, parameters, weightAt, hidden, y, yAt);
    }
  }

  /** Sums of their own for k modulo 8 hide the latency. */
  private static void rowOfFloats(
      float[] x, int xAt, float[] w, int weightAt, int hidden, float[] y, int yAt) {
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector y0 = load(w, weightAt + hidden * Tiles.LANES + lane);
      FloatVector y1 = broadcast(0f);
      FloatVector y2 = y1;
      FloatVector y3 = y1;
      FloatVector y4 = y1;
      FloatVector y5 = y1;
      FloatVector y6 = y1;
      FloatVector y7 = y1;
      for (int k = 0; k < hidden; k += 8) {
        int at = weightAt + k * Tiles.LANES + lane;
        int from = xAt + k;
        y0 = broadcast(x[from]).fma(load(w, at), y0);
        y1 = broadcast(x[from + 1]).fma(load(w, at + Tiles.LANES), y1);
        y2 = broadcast(x[from + 2]).fma(load(w, at + 2 * Tiles.LANES), y2);
        y3 = broadcast(x[from + 3]).fma(load(w, at + 3 * Tiles.LANES), y3);
        y4 = broadcast(x[from + 4]).fma(load(w, at + 4 * Tiles.LANES), y4);
        y5 = broadcast(x[from + 5]).fma(load(w, at + 5 * Tiles.LANES), y5);
        y6 = broadcast(x[from + 6]).fma(load(w, at + 6 * Tiles.LANES), y6);
        y7 = broadcast(x[from + 7]).fma(load(w, at + 7 * Tiles.LANES), y7);
      }
      y0.add(y1).add(y2.add(y3)).add(y4.add(y5).add(y6.add(y7))).intoArray(y, yAt + lane);
    }
  }

  /** The same sums as {@link #rowOfFloats}, with half the loads. */
  private static void rowOfPairs(
      float[] x, int xAt, float[] w, int weightAt, int hidden, float[] y, int yAt) {
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector y0 = load(w, weightAt + hidden / 2 * Tiles.LANES + lane);
      FloatVector y1 = broadcast(0f);
      FloatVector y2 = y1;
      FloatVector y3 = y1;
      FloatVector y4 = y1;
      FloatVector y5 = y1;
      FloatVector y6 = y1;
      FloatVector y7 = y1;
      for (int k = 0; k < hidden; k += 8) {
        int at = weightAt + k / 2 * Tiles.LANES + lane;
        int from = xAt + k;
        FloatVector w01 = load(w, at);
        FloatVector w23 = load(w, at + Tiles.LANES);
        FloatVector w45 = load(w, at + 2 * Tiles.LANES);
        FloatVector w67 = load(w, at + 3 * Tiles.LANES);
        y0 = broadcast(x[from]).fma(BrainFloats.first(w01), y0);
        y1 = broadcast(x[from + 1]).fma(BrainFloats.second(w01), y1);
        y2 = broadcast(x[from + 2]).fma(BrainFloats.first(w23), y2);
        y3 = broadcast(x[from + 3]).fma(BrainFloats.second(w23), y3);
        y4 = broadcast(x[from + 4]).fma(BrainFloats.first(w45), y4);
        y5 = broadcast(x[from + 5]).fma(BrainFloats.second(w45), y5);
        y6 = broadcast(x[from + 6]).fma(BrainFloats.first(w67), y6);
        y7 = broadcast(x[from + 7]).fma(BrainFloats.second(w67), y7);
      }
      y0.add(y1).add(y2.add(y3)).add(y4.add(y5).add(y6.add(y7))).intoArray(y, yAt + lane);
    }
  }
}
