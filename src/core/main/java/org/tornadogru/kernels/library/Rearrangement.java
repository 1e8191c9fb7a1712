package org.tornadogru.kernels.library;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Between {@link Tiles} and matrices row by row, which is what libraries multiply. */
final class Rearrangement {

  private Rearrangement() {}

  /**
   * Copies a matrix out of its tiles.
   *
   * @param tiles at {@code tilesAt} [columns / 16][tileRows][16]
   * @param matrix out, [rows][columns], the first rows of the tiles
   */
  static void untile(
      FloatArray tiles, FloatArray matrix, int tilesAt, int tileRows, int rows, int columns) {
    for (@Parallel int row = 0; row < rows; row++) {
      for (@Parallel int column = 0; column < columns; column++) {
        matrix.set(row * columns + column, tiles.get(tilesAt + Tiles.at(row, column, tileRows)));
      }
    }
  }

  /**
   * Copies matrices into tiles.
   *
   * @param matrices [present][rows + 1][columns]
   * @param partials out, [slices] of {@code size} floats; in each at {@code partialsAt} tiles,
   *     [columns / 16][rows + 1][16]; zeros in those slices of which there is no matrix
   */
  static void tile(
      FloatArray matrices,
      FloatArray partials,
      int partialsAt,
      int size,
      int rows,
      int columns,
      int slices,
      int present) {
    for (@Parallel int line = 0; line < slices * (rows + 1); line++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int slice = line / (rows + 1);
        int row = line - slice * (rows + 1);
        float value = slice < present ? matrices.get(line * columns + column) : 0f;
        partials.set(slice * size + partialsAt + Tiles.at(row, column, rows + 1), value);
      }
    }
  }

  /**
   * Begins sums with their bias.
   *
   * @param parameters at {@code weightsAt} W and b in tiles, [columns / 16][rows + 1][16]
   * @param outputs out, b for each position, [positions][columns]
   */
  static void spreadBias(
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int positions,
      int rows,
      int columns) {
    for (@Parallel int position = 0; position < positions; position++) {
      for (@Parallel int column = 0; column < columns; column++) {
        outputs.set(
            position * columns + column,
            parameters.get(weightsAt + Tiles.at(rows, column, rows + 1)));
      }
    }
  }

  /** Sets the first elements of an array. */
  static void fill(FloatArray array, float value, int count) {
    for (@Parallel int i = 0; i < count; i++) {
      array.set(i, value);
    }
  }
}
