package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twin of {@link TextGeneration} for CPU OpenCL devices. A stream is a single row, so every weight
 * is read for one multiplication and the weights' way through the cache is what bounds it: sixteen
 * columns at a time read them in whole lines, one after the other.
 */
final class WideGeneration {

  private WideGeneration() {}

  /** Twin of {@link TextGeneration#write}. */
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
      int streams,
      int length,
      int vocabulary,
      int symbols,
      int hidden,
      int resetBefore) {
    for (@Parallel int item = 0; item < WideGroups.ITEMS; item++) {
      for (int stream = WideGroups.first(item, streams);
          stream < streams;
          stream += WideGroups.GROUPS) {
        int requestAt = stream * (TextGeneration.HEADER + length);
        int tiles = hidden / Tiles.LANES;
        int stateAt = stream * 2 * tiles;
        int scoresAt = stream * symbols;
        TextGeneration.restart(
            request, requestAt, states, stateAt * Tiles.LANES, progress, stream, hidden);
        for (int turn = 0; turn < length; turn++) {
          int turns = progress.get(2 * stream + 1);
          int previousAt = stateAt + (turns & 1) * tiles;
          int nextAt = stateAt + (1 - (turns & 1)) * tiles;
          int requested = request.get(requestAt + TextGeneration.HEADER + turn);
          int read = requested == TextGeneration.CONTINUE ? progress.get(2 * stream) : requested;
          int tableAt = read * 3 * tiles;
          int gatesAt = stream * 4 * tiles;
          if (resetBefore == 1) {
            resetBefore(
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
            resetAfter(table, tableAt, parameters, recurrentAt, states, previousAt, nextAt, hidden);
          }
          for (int tile = 0; tile < symbols / Tiles.LANES; tile++) {
            int weightsAt = outputAt / Tiles.LANES + tile * (hidden + 1);
            Float16 sum = product(states, nextAt, parameters, weightsAt, hidden);
            store(sum, scores, scoresAt + tile * Tiles.LANES);
          }
          float uniform = Philox.uniform(turns, stream, request.get(requestAt + 1));
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
  }

  /** Twin of {@link GruCell#resetAfter}; the gates need not be kept. */
  private static void resetAfter(
      FloatArray table,
      int tableAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray states,
      int previousAt,
      int nextAt,
      int hidden) {
    int tiles = hidden / Tiles.LANES;
    for (int tile = 0; tile < tiles; tile++) {
      int resetAt = recurrentAt / Tiles.LANES + tile * (hidden + 1);
      int updateAt = resetAt + tiles * (hidden + 1);
      int candidateAt = updateAt + tiles * (hidden + 1);
      Float16 reset = WideLanes.load(parameters, resetAt + hidden);
      Float16 update = WideLanes.load(parameters, updateAt + hidden);
      Float16 q = WideLanes.load(parameters, candidateAt + hidden);
      for (int k = 0; k < hidden; k++) {
        float state = states.get(previousAt * Tiles.LANES + k);
        reset = WideLanes.addProduct(reset, state, WideLanes.load(parameters, resetAt + k));
        update = WideLanes.addProduct(update, state, WideLanes.load(parameters, updateAt + k));
        q = WideLanes.addProduct(q, state, WideLanes.load(parameters, candidateAt + k));
      }
      Float16 r = WideLanes.sigmoid(Float16.add(WideLanes.load(table, tableAt + tile), reset));
      Float16 z =
          WideLanes.sigmoid(Float16.add(WideLanes.load(table, tableAt + tiles + tile), update));
      Float16 n =
          WideLanes.tanh(
              Float16.add(WideLanes.load(table, tableAt + 2 * tiles + tile), Float16.mult(r, q)));
      WideLanes.store(
          states, nextAt + tile, WideForward.next(z, n, WideLanes.load(states, previousAt + tile)));
    }
  }

  /** Twin of {@link GruCell#resetBefore}; of the gates it keeps z and q. */
  private static void resetBefore(
      FloatArray table,
      int tableAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray states,
      int previousAt,
      int nextAt,
      FloatArray gates,
      int gatesAt,
      int hidden) {
    int tiles = hidden / Tiles.LANES;
    int firstAt = recurrentAt / Tiles.LANES;
    for (int tile = 0; tile < tiles; tile++) {
      Float16 reset =
          product(states, previousAt, parameters, firstAt + tile * (hidden + 1), hidden);
      Float16 update =
          product(states, previousAt, parameters, firstAt + (tiles + tile) * (hidden + 1), hidden);
      Float16 r = WideLanes.sigmoid(Float16.add(WideLanes.load(table, tableAt + tile), reset));
      Float16 z =
          WideLanes.sigmoid(Float16.add(WideLanes.load(table, tableAt + tiles + tile), update));
      WideLanes.store(gates, gatesAt + tiles + tile, z);
      WideLanes.store(
          gates,
          gatesAt + 3 * tiles + tile,
          Float16.mult(r, WideLanes.load(states, previousAt + tile)));
    }
    for (int tile = 0; tile < tiles; tile++) {
      Float16 candidate =
          product(
              gates,
              gatesAt + 3 * tiles,
              parameters,
              firstAt + (2 * tiles + tile) * (hidden + 1),
              hidden);
      Float16 n =
          WideLanes.tanh(Float16.add(WideLanes.load(table, tableAt + 2 * tiles + tile), candidate));
      Float16 z = WideLanes.load(gates, gatesAt + tiles + tile);
      WideLanes.store(
          states, nextAt + tile, WideForward.next(z, n, WideLanes.load(states, previousAt + tile)));
    }
  }

  /** One row times one tile that ends with its bias: {@code x W + b}. */
  private static Float16 product(FloatArray x, int xAt, FloatArray w, int wAt, int depth) {
    Float16 sum = WideLanes.load(w, wAt + depth);
    for (int k = 0; k < depth; k++) {
      sum = WideLanes.addProduct(sum, x.get(xAt * Tiles.LANES + k), WideLanes.load(w, wAt + k));
    }
    return sum;
  }

  private static void store(Float16 x, FloatArray array, int at) {
    array.set(at, x.getS0());
    array.set(at + 1, x.getS1());
    array.set(at + 2, x.getS2());
    array.set(at + 3, x.getS3());
    array.set(at + 4, x.getS4());
    array.set(at + 5, x.getS5());
    array.set(at + 6, x.getS6());
    array.set(at + 7, x.getS7());
    array.set(at + 8, x.getS8());
    array.set(at + 9, x.getS9());
    array.set(at + 10, x.getS10());
    array.set(at + 11, x.getS11());
    array.set(at + 12, x.getS12());
    array.set(at + 13, x.getS13());
    array.set(at + 14, x.getS14());
    array.set(at + 15, x.getS15());
  }
}
