package org.tornadogru.kernels.workgroup;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.kernels.Activation;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Philox;
import org.tornadogru.kernels.Recurrence.Steps;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.TopK;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link TextGeneration} in some launches per turn, for many weights: a group for every
 * {@value #UNITS} units of a layer or symbols, and one that draws. {@link GroupGeneration} reads
 * all weights through one multiprocessor.
 *
 * <p>Of 512 units a group reads 49 KB of weights a turn, each once, and 2 KB of states. {@value
 * #SLICES} items share out a sum, so that what each reads does not wait for what it read before.
 */
final class StepGeneration {

  private static final int ITEMS = 256;

  /** Neighbouring weights that a GPU reads at once. */
  private static final int UNITS = 8;

  private static final int SLICES = ITEMS / UNITS;

  /** Products of a unit: of the reset and the update gate, and two of the candidate. */
  private static final int SUMS = 4;

  private StepGeneration() {}

  /** {@link TextGeneration.Turns#begin}. */
  static Launch begin(String id, TextGeneration.Arguments text, IntArray turn) {
    int states = 2 * text.layers() * text.hidden();
    return Launch.loop(
        states,
        new TaskPackage(
            id,
            StepGeneration::beginText,
            text.request(),
            text.temperature(),
            text.states(),
            text.progress(),
            text.gates(),
            text.scores(),
            text.sampled(),
            turn,
            states));
  }

  /** {@link TextGeneration.Turns#next}. */
  static List<Launch> next(String id, TextGeneration.Arguments text, IntArray turn) {
    List<Launch> launches = new ArrayList<>();
    for (int layer = 0; layer < text.layers(); layer++) {
      String name = "advance" + layer + id;
      if (text.resetBefore() == 1) {
        launches.add(advance(name + "gates", text, turn, layer, Steps.GATES));
        launches.add(advance(name, text, turn, layer, Steps.CANDIDATE));
      } else {
        launches.add(advance(name, text, turn, layer, Steps.WHOLE));
      }
    }
    launches.add(
        new Launch.Groups(
            new TaskPackage(
                "score" + id,
                StepGeneration::scoreSymbols,
                new KernelContext(),
                text.parameters(),
                text.states(),
                text.progress(),
                text.scores(),
                text.outputAt(),
                text.hidden(),
                text.layers()),
            text.symbols() / UNITS,
            1,
            ITEMS,
            ITEMS));
    launches.add(
        new Launch.Groups(
            new TaskPackage(
                "draw" + id,
                StepGeneration::drawToken,
                new KernelContext(),
                text.request(),
                text.temperature(),
                text.scores(),
                text.sampled(),
                text.progress(),
                turn,
                text.length(),
                text.vocabulary()),
            1,
            1,
            ITEMS,
            2 * ITEMS));
    return launches;
  }

  private static Launch advance(
      String id, TextGeneration.Arguments text, IntArray turn, int layer, int part) {
    return new Launch.Groups(
        new TaskPackage(
            id,
            StepGeneration::advanceLayer,
            new KernelContext(),
            text.request(),
            text.table(),
            text.parameters(),
            text.states(),
            text.progress(),
            text.gates(),
            turn,
            text.recurrentAt(),
            text.length(),
            text.hidden(),
            layer,
            part),
        text.hidden() / UNITS,
        1,
        ITEMS,
        SUMS * ITEMS);
  }

  /**
   * Begins a new text if the request says so, and goes to the first turn of the request.
   *
   * @param gates what the turns write is not new to them, nor what they read
   * @param turn out, [1]
   * @param size of the states
   */
  static void beginText(
      IntArray request,
      FloatArray temperature,
      FloatArray states,
      IntArray progress,
      FloatArray gates,
      FloatArray scores,
      IntArray sampled,
      IntArray turn,
      int size) {
    for (@Parallel int i = 0; i < size; i++) {
      int restarts = request.get(0);
      if (restarts == 1) {
        states.set(i, 0f);
      }
      if (i == 0) {
        turn.set(0, 0);
        progress.set(1, restarts == 1 ? 0 : progress.get(1));
        gates.set(0, temperature.get(0));
        scores.set(0, 0f);
        sampled.set(0, 0);
      }
    }
  }

  /**
   * One step of one layer, or a half of it if the reset gate acts before the product; behind the
   * last turn nothing.
   *
   * @param turn [1], how many of this request there were
   * @param part {@link Steps#WHOLE}, or in turn {@link Steps#GATES} and {@link Steps#CANDIDATE}
   */
  static void advanceLayer(
      KernelContext context,
      IntArray request,
      FloatArray table,
      FloatArray parameters,
      FloatArray states,
      IntArray progress,
      FloatArray gates,
      IntArray turn,
      int recurrentAt,
      int length,
      int hidden,
      int layer,
      int part) {
    float[] local = context.allocateFloatLocalArray(SUMS * ITEMS);
    int item = context.localIdx;
    int unit = context.groupIdx * UNITS + item % UNITS;
    int now = turn.get(0);
    if (now < length) {
      int before = (progress.get(1) & 1) * hidden;
      int stateAt = 2 * layer * hidden + before;
      int nextAt = 2 * layer * hidden + hidden - before;
      int gateSize = hidden * (hidden + 1);
      int weightsAt = recurrentAt + 6 * layer * gateSize + Tiles.at(0, unit, hidden + 1);
      int inputsAt = weightsAt - 3 * gateSize;
      float reset = 0f;
      float update = 0f;
      float inner = 0f;
      float candidate = 0f;
      for (int k = item / UNITS; k < hidden; k += SLICES) {
        int at = k * Tiles.LANES;
        if (part == Steps.CANDIDATE) {
          inner += gates.get(3 * hidden + k) * parameters.get(weightsAt + 2 * gateSize + at);
        } else {
          float state = states.get(stateAt + k);
          reset += state * parameters.get(weightsAt + at);
          update += state * parameters.get(weightsAt + gateSize + at);
          if (part == Steps.WHOLE) {
            inner += state * parameters.get(weightsAt + 2 * gateSize + at);
          }
        }
        if (layer > 0) {
          float below = states.get(nextAt - 2 * hidden + k);
          if (part != Steps.CANDIDATE) {
            reset += below * parameters.get(inputsAt + at);
            update += below * parameters.get(inputsAt + gateSize + at);
          }
          if (part != Steps.GATES) {
            candidate += below * parameters.get(inputsAt + 2 * gateSize + at);
          }
        }
      }
      local[item] = reset;
      local[ITEMS + item] = update;
      local[2 * ITEMS + item] = inner;
      local[3 * ITEMS + item] = candidate;
      context.localBarrier();
      for (int others = ITEMS / 2; others >= UNITS; others = others / 2) {
        if (item < others) {
          for (int sum = 0; sum < SUMS; sum++) {
            int at = sum * ITEMS + item;
            local[at] = local[at] + local[at + others];
          }
        }
        context.localBarrier();
      }
      if (item < UNITS) {
        int bias = hidden * Tiles.LANES;
        int tableAt = TextGeneration.read(request, now, progress) * 3 * hidden + unit;
        float q = parameters.get(weightsAt + 2 * gateSize + bias) + local[2 * ITEMS + item];
        float n = local[3 * ITEMS + item];
        float r = parameters.get(weightsAt + bias) + local[item];
        float z = parameters.get(weightsAt + gateSize + bias) + local[ITEMS + item];
        if (layer > 0) {
          r += parameters.get(inputsAt + bias);
          z += parameters.get(inputsAt + gateSize + bias);
          n += parameters.get(inputsAt + 2 * gateSize + bias);
        } else {
          r += table.get(tableAt);
          z += table.get(tableAt + hidden);
          n += table.get(tableAt + 2 * hidden);
        }
        float state = states.get(stateAt + unit);
        if (part == Steps.GATES) {
          gates.set(hidden + unit, Activation.sigmoid(z));
          gates.set(3 * hidden + unit, Activation.sigmoid(r) * state);
        } else {
          float kept = part == Steps.CANDIDATE ? gates.get(hidden + unit) : Activation.sigmoid(z);
          float used = part == Steps.CANDIDATE ? 1f : Activation.sigmoid(r);
          states.set(nextAt + unit, (1f - kept) * Activation.tanh(n + used * q) + kept * state);
        }
      }
    }
  }

  /** The scores of the symbols behind the state of the last layer. */
  static void scoreSymbols(
      KernelContext context,
      FloatArray parameters,
      FloatArray states,
      IntArray progress,
      FloatArray scores,
      int outputAt,
      int hidden,
      int layers) {
    float[] local = context.allocateFloatLocalArray(ITEMS);
    int item = context.localIdx;
    int symbol = context.groupIdx * UNITS + item % UNITS;
    int stateAt = (2 * layers - 1) * hidden - (progress.get(1) & 1) * hidden;
    int weightAt = outputAt + Tiles.at(0, symbol, hidden + 1);
    float sum = 0f;
    for (int k = item / UNITS; k < hidden; k += SLICES) {
      sum += states.get(stateAt + k) * parameters.get(weightAt + k * Tiles.LANES);
    }
    local[item] = sum;
    context.localBarrier();
    for (int others = ITEMS / 2; others >= UNITS; others = others / 2) {
      if (item < others) {
        local[item] = local[item] + local[item + others];
      }
      context.localBarrier();
    }
    if (item < UNITS) {
      scores.set(symbol, parameters.get(weightAt + hidden * Tiles.LANES) + local[item]);
    }
  }

  /**
   * Ends a turn as {@link TextGeneration#sample} does, each item with some neighbouring symbols;
   * behind the last turn nothing.
   */
  static void drawToken(
      KernelContext context,
      IntArray request,
      FloatArray temperature,
      FloatArray scores,
      IntArray sampled,
      IntArray progress,
      IntArray turn,
      int length,
      int vocabulary) {
    float[] values = context.allocateFloatLocalArray(ITEMS);
    int[] symbols = context.allocateIntLocalArray(ITEMS);
    int item = context.localIdx;
    int share = (vocabulary + ITEMS - 1) / ITEMS;
    int first = item * share;
    int wanted = first + share;
    int end = wanted < vocabulary ? wanted : vocabulary;
    int topK = request.get(2);
    int ranks = topK < vocabulary ? topK : 1;
    float largest = 0f;
    int likeliest = 0;
    // Walks down the ranks to the last score that is kept.
    float last = Float.MAX_VALUE;
    int lastSymbol = -1;
    for (int rank = 0; rank < ranks; rank++) {
      float best = -Float.MAX_VALUE;
      int bestSymbol = vocabulary;
      for (int symbol = first; symbol < end; symbol++) {
        float score = scores.get(symbol);
        int better = score > best ? 1 : 0;
        if (better * TopK.ranksAfter(score, symbol, last, lastSymbol) == 1) {
          best = score;
          bestSymbol = symbol;
        }
      }
      values[item] = best;
      symbols[item] = bestSymbol;
      context.localBarrier();
      for (int others = ITEMS / 2; others > 0; others = others / 2) {
        if (item < others) {
          float other = values[item + others]; // of later symbols: of equals it is not the first
          if (other > values[item]) {
            values[item] = other;
            symbols[item] = symbols[item + others];
          }
        }
        context.localBarrier();
      }
      last = values[0];
      lastSymbol = symbols[0];
      largest = rank == 0 ? last : largest;
      likeliest = rank == 0 ? lastSymbol : likeliest;
      context.localBarrier();
    }
    last = topK < vocabulary ? last : -Float.MAX_VALUE;
    lastSymbol = topK < vocabulary ? lastSymbol : vocabulary;

    float heat = temperature.get(0);
    float own = 0f;
    for (int symbol = first; symbol < end; symbol++) {
      own += TopK.weight(scores.get(symbol), symbol, largest, heat, last, lastSymbol);
    }
    values[item] = own;
    context.localBarrier();
    for (int distance = 1; distance < ITEMS; distance = 2 * distance) {
      float added = values[TornadoMath.max(0, item - distance)];
      context.localBarrier();
      values[item] = values[item] + (item < distance ? 0f : added);
      context.localBarrier();
    }
    int turns = progress.get(1);
    float target = Philox.uniformFloat(turns, 0, request.get(1)) * values[ITEMS - 1];
    float before = values[TornadoMath.max(0, item - 1)];
    float cumulative = item == 0 ? 0f : before;
    int drawn = vocabulary;
    for (int symbol = first; symbol < end; symbol++) {
      float weight = TopK.weight(scores.get(symbol), symbol, largest, heat, last, lastSymbol);
      cumulative += weight;
      int passes = cumulative > target ? 1 : 0;
      int possible = weight > 0f ? 1 : 0; // sums of two items may differ by rounding
      int open = drawn == vocabulary ? 1 : 0;
      if (passes * possible * open == 1) {
        drawn = symbol;
      }
    }
    symbols[item] = drawn;
    context.localBarrier();
    for (int others = ITEMS / 2; others > 0; others = others / 2) {
      if (item < others) {
        symbols[item] = TornadoMath.min(symbols[item], symbols[item + others]);
      }
      context.localBarrier();
    }
    int now = turn.get(0);
    int token = symbols[0] < vocabulary ? symbols[0] : likeliest;
    // Everybody has read the counters before anybody changes them.
    context.globalBarrier();
    int writers = now < length ? 1 : 0;
    if (item < writers) {
      sampled.set(now, token);
      progress.set(0, token);
      progress.set(1, turns + 1);
      turn.set(0, now + 1);
    }
  }
}
