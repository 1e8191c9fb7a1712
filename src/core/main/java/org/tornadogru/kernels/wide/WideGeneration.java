package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.Philox;
import org.tornadogru.kernels.Sampling;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twin of {@link TextGeneration} for CPU OpenCL devices. A stream is a single row, so every weight
 * is read for one multiplication, and their way through the cache is what bounds it: sixteen
 * columns at a time read them line after line.
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
      int tiles = hidden / Tiles.LANES;
      for (int stream = WideGroups.first(item, streams);
          stream < WideGroups.end(item, streams);
          stream++) {
        int requestAt = stream * (TextGeneration.HEADER + length);
        int stateAt = stream * 2 * tiles;
        int gatesAt = stream * 4 * tiles;
        int scoresAt = stream * (symbols / Tiles.LANES);
        TextGeneration.restart(
            request, requestAt, states, stateAt * Tiles.LANES, progress, stream, hidden);
        for (int turn = 0; turn < length; turn++) {
          int turns = progress.get(2 * stream + 1);
          int previousAt = stateAt + (turns & 1) * tiles;
          int nextAt = stateAt + (1 - (turns & 1)) * tiles;
          int requested = request.get(requestAt + TextGeneration.HEADER + turn);
          int read = requested == TextGeneration.CONTINUE ? progress.get(2 * stream) : requested;
          int tableAt = read * 3 * tiles;
          int recurrent = recurrentAt / Tiles.LANES;
          int candidateAt = recurrent + 2 * tiles * (hidden + 1);
          product(states, previousAt, parameters, recurrent, hidden, gates, gatesAt, 2 * tiles);
          WideCell.activate(table, tableAt, gates, gatesAt, tiles);
          int qAt = gatesAt + 3 * tiles;
          if (resetBefore == 1) {
            WideCell.reset(gates, gatesAt, states, previousAt, tiles);
            product(gates, qAt, parameters, candidateAt, hidden, gates, gatesAt + 2 * tiles, tiles);
          } else {
            product(states, previousAt, parameters, candidateAt, hidden, gates, qAt, tiles);
            WideCell.resetProduct(gates, gatesAt, tiles);
          }
          WideCell.advance(table, tableAt, gates, gatesAt, states, previousAt, nextAt, tiles);
          product(
              states,
              nextAt,
              parameters,
              outputAt / Tiles.LANES,
              hidden,
              scores,
              scoresAt,
              symbols / Tiles.LANES);
          float uniform = Philox.uniformFloat(turns, stream, request.get(requestAt + 1));
          int token =
              Sampling.draw(
                  scores,
                  scoresAt * Tiles.LANES,
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

  /**
   * One row times a matrix whose tiles end with their bias: {@code y = x W + b}.
   *
   * @param x [depth] from vector {@code xAt} on
   * @param w [tiles][depth + 1][16] from vector {@code wAt} on
   * @param y [tiles][16] from vector {@code yAt} on
   */
  private static void product(
      FloatArray x, int xAt, FloatArray w, int wAt, int depth, FloatArray y, int yAt, int tiles) {
    for (int tile = 0; tile < tiles; tile++) {
      int tileAt = wAt + tile * (depth + 1);
      Float16 sum = WideLanes.load(w, tileAt + depth);
      for (int k = 0; k < depth; k++) {
        float element = x.get(xAt * Tiles.LANES + k);
        sum = WideLanes.addProduct(sum, element, WideLanes.load(w, tileAt + k));
      }
      WideLanes.store(y, yAt + tile, sum);
    }
  }
}
