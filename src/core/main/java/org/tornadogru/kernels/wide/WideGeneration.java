package org.tornadogru.kernels.wide;

import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Twin of {@link TextGeneration} for CPU OpenCL devices. A text is a single row, so every weight is
 * read for one multiplication, and their way through the cache is what bounds it: sixteen columns
 * at a time read them line after line.
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
      int length,
      int vocabulary,
      int symbols,
      int hidden,
      int layers,
      int resetBefore) {
    for (@Parallel int only = 0; only < 1; only++) {
      int tiles = hidden / Tiles.LANES;
      int matrix = 3 * tiles * (hidden + 1);
      TextGeneration.restart(request, states, progress, layers, hidden);
      for (int turn = 0; turn < length; turn++) {
        int turns = progress.get(1);
        int before = (turns & 1) * tiles;
        int after = tiles - before;
        int read = TextGeneration.read(request, turn, progress);
        for (int layer = 0; layer < layers; layer++) {
          int previousAt = 2 * layer * tiles + before;
          int nextAt = 2 * layer * tiles + after;
          int recurrent = recurrentAt / Tiles.LANES + 2 * layer * matrix;
          int candidateAt = recurrent + 2 * tiles * (hidden + 1);
          int tableAt = (layer == 0 ? read : vocabulary) * 3 * tiles;
          if (layer > 0) {
            product(
                states,
                nextAt - 2 * tiles,
                parameters,
                recurrent - matrix,
                hidden,
                table,
                tableAt,
                3 * tiles);
          }
          product(states, previousAt, parameters, recurrent, hidden, gates, 0, 2 * tiles);
          WideCell.activate(table, tableAt, gates, 0, tiles);
          if (resetBefore == 1) {
            WideCell.reset(gates, 0, states, previousAt, tiles);
            product(gates, 3 * tiles, parameters, candidateAt, hidden, gates, 2 * tiles, tiles);
          } else {
            product(states, previousAt, parameters, candidateAt, hidden, gates, 3 * tiles, tiles);
            WideCell.resetProduct(gates, 0, tiles);
          }
          WideCell.advance(table, tableAt, gates, 0, states, previousAt, nextAt, tiles);
        }
        product(
            states,
            2 * (layers - 1) * tiles + after,
            parameters,
            outputAt / Tiles.LANES,
            hidden,
            scores,
            0,
            symbols / Tiles.LANES);
        TextGeneration.sample(
            scores, request, temperature, turn, turns, vocabulary, sampled, progress);
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
