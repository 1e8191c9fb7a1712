package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Twins of {@link org.tornadogru.kernels.WeightGradients}, which has the arguments. */
final class SimdGradients {

  /** Positions whose inputs and gradients are rearranged and multiplied at a time. */
  private static final int BLOCK = 128;

  private SimdGradients() {}

  /**
   * The product sums over positions, so it wants them along the rows of its operands: a block of
   * inputs is transposed and a tile of gradients gathered, and both then stay in cache for as long
   * as the block is in use.
   */
  static void affine(
      FloatArray inputs,
      FloatArray gradients,
      FloatArray partials,
      int inputsAt,
      int inputStride,
      int gradientsAt,
      int gradientStride,
      int partialsAt,
      int size,
      int positions,
      int rows,
      int columns,
      int slices,
      int sliceLength) {
    Floats x = Floats.of(inputs);
    Floats dy = Floats.of(gradients);
    Floats dw = Floats.of(partials);
    int parts = parts(slices, columns / Products.WIDTH);
    int partColumns = Math.ceilDiv(columns / Tiles.LANES, parts) * Tiles.LANES;
    Cores.ALL.split(
        slices * parts,
        1,
        (fromPart, toPart, workspace) -> {
          for (int part = fromPart; part < toPart; part++) {
            int slice = part / parts;
            int from = Math.min(positions, slice * sliceLength);
            int to = Math.min(positions, from + sliceLength);
            int fromColumn = part % parts * partColumns;
            int toColumn = Math.min(columns, fromColumn + partColumns);
            int dwAt = dw.at() + slice * size + partialsAt;
            if (fromColumn < toColumn) {
              Arrays.fill(
                  dw.array(), dwAt + fromColumn * (rows + 1), dwAt + toColumn * (rows + 1), 0f);
            }
            for (int first = from; first < to; first += BLOCK) {
              add(
                  x.array(),
                  x.at() + inputsAt + first * inputStride,
                  inputStride,
                  dy.array(),
                  dy.at() + gradientsAt + first * gradientStride,
                  gradientStride,
                  dw.array(),
                  dwAt,
                  Math.min(BLOCK, to - first),
                  rows,
                  fromColumn,
                  toColumn,
                  workspace);
            }
          }
        });
  }

  /** Into how many parts the columns of a slice are cut, so that every core has work. */
  static int parts(int slices, int most) {
    return Math.clamp(Math.ceilDiv(Cores.ALL.count(), slices), 1, Math.max(1, most));
  }

  /** Adds a block of positions. */
  private static void add(
      float[] x,
      int xAt,
      int xStride,
      float[] dy,
      int dyAt,
      int dyStride,
      float[] dw,
      int dwAt,
      int positions,
      int rows,
      int fromColumn,
      int toColumn,
      Cores.Workspace workspace) {
    int transposedAt = Products.WIDTH * BLOCK;
    float[] floats = workspace.floats(transposedAt + rows * BLOCK);
    transpose(x, xAt, xStride, floats, transposedAt, positions, rows);
    for (int column = fromColumn; column < toColumn; column += Products.WIDTH) {
      int tiles = Math.min(Products.TILES, (toColumn - column) / Tiles.LANES);
      for (int tile = 0; tile < tiles; tile++) {
        int tileAt = dwAt + (column + tile * Tiles.LANES) * (rows + 1);
        gather(
            dy,
            dyAt + column + tile * Tiles.LANES,
            dyStride,
            floats,
            tile * BLOCK * Tiles.LANES,
            positions,
            dw,
            tileAt + rows * Tiles.LANES);
      }
      for (int row = 0; row < rows; row += Products.ROWS) {
        Products.add(
            floats,
            transposedAt + row * BLOCK,
            BLOCK,
            floats,
            0,
            BLOCK * Tiles.LANES,
            positions,
            dw,
            dwAt + column * (rows + 1) + row * Tiles.LANES,
            Tiles.LANES,
            (rows + 1) * Tiles.LANES,
            tiles,
            Products.ROWS);
      }
    }
  }

  /** [positions][rows] becomes [rows][{@link #BLOCK}]. */
  private static void transpose(
      float[] x, int xAt, int xStride, float[] transposed, int at, int positions, int rows) {
    for (int row = 0; row < rows; row += Tiles.LANES) {
      for (int position = 0; position < positions; position++) {
        int fromAt = xAt + position * xStride + row;
        int toAt = at + row * BLOCK + position;
        for (int i = 0; i < Tiles.LANES; i++) {
          transposed[toAt + i * BLOCK] = x[fromAt + i];
        }
      }
    }
  }

  /** Copies a tile of gradients, [positions][16], and adds its sum to the bias' gradient. */
  private static void gather(
      float[] dy,
      int dyAt,
      int dyStride,
      float[] tile,
      int at,
      int positions,
      float[] db,
      int dbAt) {
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector sum = load(db, dbAt + lane);
      for (int position = 0; position < positions; position++) {
        FloatVector gradient = load(dy, dyAt + position * dyStride + lane);
        gradient.intoArray(tile, at + position * Tiles.LANES + lane);
        sum = sum.add(gradient);
      }
      sum.intoArray(db, dbAt + lane);
    }
  }

  /** The bias sees every position, so its gradient is the sum over the symbols. */
  static void lookUp(
      IntArray tokens,
      FloatArray gateGradients,
      FloatArray partials,
      int partialsAt,
      int size,
      int positions,
      int vocabulary,
      int hidden,
      int slices,
      int sliceLength) {
    Floats dy = Floats.of(gateGradients);
    Floats dw = Floats.of(partials);
    int columns = 3 * hidden;
    int parts = parts(slices, columns / Tiles.LANES);
    int partColumns = Math.ceilDiv(columns / Tiles.LANES, parts) * Tiles.LANES;
    Cores.ALL.split(
        slices * parts,
        1,
        (fromPart, toPart, workspace) -> {
          for (int part = fromPart; part < toPart; part++) {
            int slice = part / parts;
            int from = Math.min(positions, slice * sliceLength);
            int to = Math.min(positions, from + sliceLength);
            int fromColumn = part % parts * partColumns;
            int toColumn = Math.min(columns, fromColumn + partColumns);
            int dwAt = dw.at() + slice * size + partialsAt;
            for (int row = 0; row <= vocabulary && fromColumn < toColumn; row++) {
              int rowAt = dwAt + row * columns;
              Arrays.fill(dw.array(), rowAt + fromColumn, rowAt + toColumn, 0f);
            }
            for (int position = from; position < to; position++) {
              int token = Math.max(0, tokens.get(position));
              addRow(
                  dy.array(),
                  dy.at() + position * 4 * hidden,
                  dw.array(),
                  dwAt + token * columns,
                  fromColumn,
                  toColumn);
            }
            for (int row = 0; row < vocabulary; row++) {
              addRow(
                  dw.array(),
                  dwAt + row * columns,
                  dw.array(),
                  dwAt + vocabulary * columns,
                  fromColumn,
                  toColumn);
            }
          }
        });
  }

  private static void addRow(
      float[] from, int fromAt, float[] to, int toAt, int fromColumn, int toColumn) {
    for (int column = fromColumn; column < toColumn; column += Vectors.LENGTH) {
      load(to, toAt + column).add(load(from, fromAt + column)).intoArray(to, toAt + column);
    }
  }
}
