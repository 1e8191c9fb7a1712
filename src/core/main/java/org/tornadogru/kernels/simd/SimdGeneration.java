package org.tornadogru.kernels.simd;

import org.tornadogru.kernels.Philox;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.TextGeneration.Arguments;
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

  private final Arguments arguments;
  private final Floats states;
  private final Floats table;
  private final Floats scores;
  private final int recurrentAt;
  private final int outputAt;
  private final int gatesAt;
  private final RowProduct product;
  private final RowStep step;
  private final int members;

  private SimdGeneration(Arguments arguments, boolean pairs) {
    this.arguments = arguments;
    states = Floats.of(arguments.states());
    table = Floats.of(arguments.table());
    scores = Floats.of(arguments.scores());
    Floats parameters = Floats.of(arguments.parameters());
    recurrentAt = parameters.at() + arguments.recurrentAt();
    outputAt = parameters.at() + arguments.outputAt();
    Floats gates = Floats.of(arguments.gates());
    gatesAt = gates.at();
    product = new RowProduct(parameters.array(), arguments.hidden(), pairs);
    step =
        new RowStep(
            product, table.array(), states.array(), gates.array(), arguments.resetBefore() == 1);
    members = RowStep.members(arguments.hidden());
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
    new SimdGeneration(
            new Arguments(
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
                resetBefore),
            false)
        .write();
  }

  /** The same with weights of which a float holds two, see {@link BrainFloats}. */
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
    new SimdGeneration(
            new Arguments(
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
                resetBefore),
            true)
        .write();
  }

  private void write() {
    IntArray progress = arguments.progress();
    int length = arguments.length();
    TextGeneration.restart(
        arguments.request(), arguments.states(), progress, arguments.layers(), arguments.hidden());
    Cores.ALL.together(members, this::member);
    progress.set(0, arguments.sampled().get(length - 1));
    progress.set(1, progress.get(1) + length);
  }

  /** The share of one core in every turn. */
  private void member(int member, Cores.Meeting meeting) {
    IntArray request = arguments.request();
    int hidden = arguments.hidden();
    int layers = arguments.layers();
    int vocabulary = arguments.vocabulary();
    int symbols = arguments.symbols();
    int fromUnit = RowProduct.share(member, members, hidden);
    int toUnit = RowProduct.share(member + 1, members, hidden);
    int matrix = 3 * hidden * (hidden + 1);
    int fromSymbol = RowProduct.share(member, members, symbols);
    int toSymbol = RowProduct.share(member + 1, members, symbols);
    int firstTurn = arguments.progress().get(1);
    int token = arguments.progress().get(0);
    int seed = request.get(1);
    Sampler sampler = new Sampler(arguments.scores(), request.get(2), vocabulary);
    for (int turn = 0; turn < arguments.length(); turn++) {
      int turns = firstTurn + turn;
      int requested = request.get(TextGeneration.HEADER + turn);
      int read = requested == TextGeneration.CONTINUE ? token : requested;
      int before = (turns & 1) * hidden;
      int after = hidden - before;
      for (int layer = 0; layer < layers; layer++) {
        int stateAt = states.at() + 2 * layer * hidden;
        int weightsAt = recurrentAt + 2 * layer * matrix;
        int inputAt = table.at() + (layer == 0 ? read : vocabulary) * 3 * hidden;
        for (int gate = 0; layer > 0 && gate < 3; gate++) {
          int column = gate * hidden + fromUnit;
          product.columns(
              states.array(),
              stateAt - 2 * hidden + after,
              weightsAt - matrix,
              column,
              table.array(),
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
      int lastAt = states.at() + 2 * (layers - 1) * hidden + after;
      product.columns(
          states.array(),
          lastAt,
          outputAt,
          fromSymbol,
          scores.array(),
          scores.at() + fromSymbol,
          toSymbol - fromSymbol);
      meeting.await();
      token = sampler.draw(arguments.temperature().get(0), Philox.uniformFloat(turns, 0, seed));
      if (member == 0) {
        arguments.sampled().set(turn, token);
      }
    }
  }
}
