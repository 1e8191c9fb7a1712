package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
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
      VectorFloat16 table,
      VectorFloat16 parameters,
      VectorFloat16 states,
      IntArray progress,
      VectorFloat16 gates,
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
      int requestAt = stream * (TextGeneration.HEADER + length);
      int tiles = hidden / Tiles.LANES;
      int stateAt = stream * 2 * tiles;
      int scoresAt = stream * symbols;
      TextGeneration.restart(
          request,
          requestAt,
          states.getArray(),
          stateAt * Tiles.LANES,
          progress,
          stream,
          hidden);
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
              table, tableAt, parameters, recurrentAt, states, previousAt, nextAt, gates, gatesAt,
              hidden);
        } else {
          resetAfter(
              table, tableAt, parameters, recurrentAt, states, previousAt, nextAt, hidden);
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

  /** Twin of {@link GruCell#resetAfter}; the gates need not be kept. */
  private static void resetAfter(
      VectorFloat16 table,
      int tableAt,
      VectorFloat16 parameters,
      int recurrentAt,
      VectorFloat16 states,
      int previousAt,
      int nextAt,
      int hidden) {
    int tiles = hidden / Tiles.LANES;
    FloatArray elements = states.getArray();
    for (int tile = 0; tile < tiles; tile++) {
      int resetAt = recurrentAt / Tiles.LANES + tile * (hidden + 1);
      int updateAt = resetAt + tiles * (hidden + 1);
      int candidateAt = updateAt + tiles * (hidden + 1);
      Float16 reset = parameters.get(resetAt + hidden);
      Float16 update = parameters.get(updateAt + hidden);
      Float16 q = parameters.get(candidateAt + hidden);
      for (int k = 0; k < hidden; k++) {
        float state = elements.get(previousAt * Tiles.LANES + k);
        reset = WideLanes.addProduct(reset, state, parameters.get(resetAt + k));
        update = WideLanes.addProduct(update, state, parameters.get(updateAt + k));
        q = WideLanes.addProduct(q, state, parameters.get(candidateAt + k));
      }
      Float16 r = WideLanes.sigmoid(Float16.add(table.get(tableAt + tile), reset));
      Float16 z = WideLanes.sigmoid(Float16.add(table.get(tableAt + tiles + tile), update));
      Float16 n =
          WideLanes.tanh(
              Float16.add(table.get(tableAt + 2 * tiles + tile), Float16.mult(r, q)));
      states.set(nextAt + tile, WideForward.next(z, n, states.get(previousAt + tile)));
    }
  }

  /** Twin of {@link GruCell#resetBefore}; of the gates it keeps z and q. */
  private static void resetBefore(
      VectorFloat16 table,
      int tableAt,
      VectorFloat16 parameters,
      int recurrentAt,
      VectorFloat16 states,
      int previousAt,
      int nextAt,
      VectorFloat16 gates,
      int gatesAt,
      int hidden) {
    int tiles = hidden / Tiles.LANES;
    int firstAt = recurrentAt / Tiles.LANES;
    for (int tile = 0; tile < tiles; tile++) {
      Float16 reset =
          product(states, previousAt, parameters, firstAt + tile * (hidden + 1), hidden);
      Float16 update =
          product(states, previousAt, parameters, firstAt + (tiles + tile) * (hidden + 1), hidden);
      Float16 r = WideLanes.sigmoid(Float16.add(table.get(tableAt + tile), reset));
      Float16 z = WideLanes.sigmoid(Float16.add(table.get(tableAt + tiles + tile), update));
      gates.set(gatesAt + tiles + tile, z);
      gates.set(gatesAt + 3 * tiles + tile, Float16.mult(r, states.get(previousAt + tile)));
    }
    for (int tile = 0; tile < tiles; tile++) {
      Float16 candidate =
          product(
              gates,
              gatesAt + 3 * tiles,
              parameters,
              firstAt + (2 * tiles + tile) * (hidden + 1),
              hidden);
      Float16 n = WideLanes.tanh(Float16.add(table.get(tableAt + 2 * tiles + tile), candidate));
      Float16 z = gates.get(gatesAt + tiles + tile);
      states.set(nextAt + tile, WideForward.next(z, n, states.get(previousAt + tile)));
    }
  }

  /** One row times one tile that ends with its bias: {@code x W + b}. */
  private static Float16 product(
      VectorFloat16 x, int xAt, VectorFloat16 w, int wAt, int depth) {
    FloatArray elements = x.getArray();
    Float16 sum = w.get(wAt + depth);
    for (int k = 0; k < depth; k++) {
      sum = WideLanes.addProduct(sum, elements.get(xAt * Tiles.LANES + k), w.get(wAt + k));
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
