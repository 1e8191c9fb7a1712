package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A vector for every token. The table lies as the weights of a linear layer with an output for each
 * token do, so that one that is tied to it has no other: in tiles of {@code height} rows, {@code
 * [symbols / 16][height][16]}, of which the first are the features; a bias may follow them.
 */
public final class Embedding {

  private Embedding() {}

  /** {@link #embed} and its twins. */
  @FunctionalInterface
  public interface Embed
      extends Task7<IntArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer> {
    @Override
    void apply(
        IntArray tokens,
        FloatArray parameters,
        FloatArray vectors,
        Integer tableAt,
        Integer positions,
        Integer height,
        Integer columns);
  }

  /**
   * The vectors of tokens.
   *
   * <pre>
   *   x[p] = E[token[p]]
   * </pre>
   *
   * @param tokens [positions] or more; a negative one is padding and reads the vector of token 0
   * @param parameters at {@code tableAt} E
   * @param vectors out, x, [positions][columns]
   * @param height rows of a tile
   * @param columns features, padded to whole tiles
   */
  public static void embed(
      IntArray tokens,
      FloatArray parameters,
      FloatArray vectors,
      int tableAt,
      int positions,
      int height,
      int columns) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int token = tokens.get(position);
        int at = tableAt + Tiles.at(column, token < 0 ? 0 : token, height);
        vectors.set(position * columns + column, parameters.get(at));
      }
    }
  }

  /** {@link #embedBackward} or a twin, made a task. */
  @FunctionalInterface
  public interface EmbedBackward {

    /** Takes what {@link #embedBackward} does. */
    Launch launch(
        String id,
        IntArray tokens,
        FloatArray gradients,
        FloatArray partials,
        int tableAt,
        int size,
        int positions,
        int symbols,
        int height,
        int columns,
        int slices,
        int sliceLength,
        int added);

    /** A twin that is a loop. */
    static EmbedBackward loops(
        Task12<
                IntArray,
                FloatArray,
                FloatArray,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer,
                Integer>
            loop) {
      return (id,
          tokens,
          gradients,
          partials,
          tableAt,
          size,
          positions,
          symbols,
          height,
          columns,
          slices,
          sliceLength,
          added) ->
          Launch.loop(
              slices,
              columns,
              new TaskPackage(
                  id,
                  loop,
                  tokens,
                  gradients,
                  partials,
                  tableAt,
                  size,
                  positions,
                  symbols,
                  height,
                  columns,
                  slices,
                  sliceLength,
                  added));
    }
  }

  /**
   * Gradient of the table: each position adds to the vector of its token.
   *
   * <pre>
   *   dE[v] = Σ_{p: token[p] = v} dx[p]
   * </pre>
   *
   * @param tokens [positions] or more; the gradient of a padded position must be 0
   * @param gradients dx, [positions][columns]
   * @param partials in and out, [slices] of {@code size} floats; in each at {@code tableAt} dE
   * @param symbols tokens, padded to whole tiles
   * @param sliceLength positions per slice; the last slices may be shorter or empty
   * @param added 1 to add to what is there, 0 to begin with zeros
   */
  public static void embedBackward(
      IntArray tokens,
      FloatArray gradients,
      FloatArray partials,
      int tableAt,
      int size,
      int positions,
      int symbols,
      int height,
      int columns,
      int slices,
      int sliceLength,
      int added) {
    for (@Parallel int slice = 0; slice < slices; slice++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int first = slice * size + tableAt;
        if (added == 0) {
          for (int symbol = 0; symbol < symbols; symbol++) {
            partials.set(first + Tiles.at(column, symbol, height), 0f);
          }
        }
        int begin = slice * sliceLength;
        int from = begin < positions ? begin : positions;
        int to = from + sliceLength < positions ? from + sliceLength : positions;
        for (int position = from; position < to; position++) {
          int token = tokens.get(position);
          int at = first + Tiles.at(column, token < 0 ? 0 : token, height);
          partials.set(at, partials.get(at) + gradients.get(position * columns + column));
        }
      }
    }
  }
}
