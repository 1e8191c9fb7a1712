package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Tiles;

/**
 * Products {@code y = x W} of {@value #ROWS} rows and a few tiles of columns, every sum in a
 * register while the loop runs down W. Where a vector is half a tile, rows come in two halves.
 *
 * <p>Sixteen sums hide the latency of the additions, and one load of W serves eight rows. Larger
 * blocks would exceed what the JIT compiler inlines into one method. The sums are local variables
 * since an array of vectors would be one in memory. A loop runs over the elements of the first row
 * of x by their own index: that saves a register, for want of which an address would go to a vector
 * register and back in every turn. From element 2²⁷ of x on, sixteen times which is no int, bounds
 * are checked in every turn again.
 */
final class Products {

  /** Rows of a block. */
  static final int ROWS = 8;

  /**
   * Tiles of columns that are best taken together: as many as leave the sums in registers, or,
   * where these take one after the other anyway, so many that what follows a product is worth its
   * start.
   */
  static final int TILES = Vectors.LENGTH == Tiles.LANES ? 2 : 4;

  /** Columns of as many tiles. */
  static final int WIDTH = TILES * Tiles.LANES;

  private static final float[] ZEROS = new float[Tiles.LANES];

  private Products() {}

  /**
   * {@code y = x W + b}, with the bias as the last row of W.
   *
   * @param x row i is [length] at {@code xAt + i · xStride}
   * @param w tile c is [length + 1][16] at {@code wAt + c · wPitch}
   * @param y out, row i of tile c is [16] at {@code yAt + i · yStride + c · 16}
   * @param tiles at most {@link #TILES}
   * @param rows all, or fewer at the end of a batch
   */
  static void affine(
      float[] x,
      int xAt,
      int xStride,
      float[] w,
      int wAt,
      int wPitch,
      int length,
      float[] y,
      int yAt,
      int yStride,
      int tiles,
      int rows) {
    int biasAt = wAt + length * Tiles.LANES;
    product(
        x,
        xAt,
        xStride,
        w,
        wAt,
        wPitch,
        length,
        w,
        biasAt,
        0,
        wPitch,
        y,
        yAt,
        yStride,
        Tiles.LANES,
        tiles,
        rows);
  }

  /** {@code y = x W}; tile c of W is [length][16]. */
  static void linear(
      float[] x,
      int xAt,
      int xStride,
      float[] w,
      int wAt,
      int wPitch,
      int length,
      float[] y,
      int yAt,
      int yStride,
      int tiles,
      int rows) {
    product(
        x,
        xAt,
        xStride,
        w,
        wAt,
        wPitch,
        length,
        ZEROS,
        0,
        0,
        0,
        y,
        yAt,
        yStride,
        Tiles.LANES,
        tiles,
        rows);
  }

  /** {@code y ← y + x W}; tile c of W is [length][16], of y [16] at {@code + c · yPitch}. */
  static void add(
      float[] x,
      int xAt,
      int xStride,
      float[] w,
      int wAt,
      int wPitch,
      int length,
      float[] y,
      int yAt,
      int yStride,
      int yPitch,
      int tiles,
      int rows) {
    product(
        x, xAt, xStride, w, wAt, wPitch, length, y, yAt, yStride, yPitch, y, yAt, yStride, yPitch,
        tiles, rows);
  }

  private static void product(
      float[] x,
      int xAt,
      int xStride,
      float[] w,
      int wAt,
      int wPitch,
      int length,
      float[] from,
      int fromAt,
      int fromStride,
      int fromPitch,
      float[] out,
      int outAt,
      int outStride,
      int outPitch,
      int tiles,
      int rows) {
    if (rows < ROWS) {
      for (int tile = 0; tile < tiles * rows; tile++) {
        int row = tile / tiles;
        int column = tile % tiles;
        single(
            x,
            xAt + row * xStride,
            w,
            wAt + column * wPitch,
            length,
            from,
            fromAt + row * fromStride + column * fromPitch,
            out,
            outAt + row * outStride + column * outPitch);
      }
      return;
    }
    if (tiles == 2 && Vectors.LENGTH == Tiles.LANES) {
      two(
          x,
          xAt,
          xStride,
          w,
          wAt,
          wPitch,
          length,
          from,
          fromAt,
          fromStride,
          fromPitch,
          out,
          outAt,
          outStride,
          outPitch);
      return;
    }
    for (int tile = 0; tile < tiles; tile++) {
      int tileAt = wAt + tile * wPitch;
      int fromTileAt = fromAt + tile * fromPitch;
      int outTileAt = outAt + tile * outPitch;
      if (Vectors.LENGTH == Tiles.LANES / 2) {
        for (int row = 0; row < ROWS; row += ROWS / 2) {
          halves(
              x,
              xAt + row * xStride,
              xStride,
              w,
              tileAt,
              length,
              from,
              fromTileAt + row * fromStride,
              fromStride,
              out,
              outTileAt + row * outStride,
              outStride);
        }
      } else {
        for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
          one(
              x,
              xAt,
              xStride,
              w,
              tileAt + lane,
              length,
              from,
              fromTileAt + lane,
              fromStride,
              out,
              outTileAt + lane,
              outStride);
        }
      }
    }
  }

  /** One row and one tile, summed in the order of the others: of few rows, which are rare. */
  private static void single(
      float[] x,
      int xAt,
      float[] w,
      int wAt,
      int length,
      float[] from,
      int fromAt,
      float[] out,
      int outAt) {
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector sum = load(from, fromAt + lane);
      for (int k = 0; k < length; k++) {
        sum = broadcast(x[xAt + k]).fma(load(w, wAt + k * Tiles.LANES + lane), sum);
      }
      sum.intoArray(out, outAt + lane);
    }
  }

  private static void two(
      float[] x,
      int xAt,
      int xStride,
      float[] w,
      int wAt,
      int wPitch,
      int length,
      float[] from,
      int fromAt,
      int fromStride,
      int fromPitch,
      float[] out,
      int outAt,
      int outStride,
      int outPitch) {
    int row2 = 2 * xStride;
    int row3 = 3 * xStride;
    int row4 = 4 * xStride;
    int row5 = 5 * xStride;
    int row6 = 6 * xStride;
    int row7 = 7 * xStride;
    FloatVector a0 = load(from, fromAt);
    FloatVector a1 = load(from, fromAt + fromStride);
    FloatVector a2 = load(from, fromAt + 2 * fromStride);
    FloatVector a3 = load(from, fromAt + 3 * fromStride);
    FloatVector a4 = load(from, fromAt + 4 * fromStride);
    FloatVector a5 = load(from, fromAt + 5 * fromStride);
    FloatVector a6 = load(from, fromAt + 6 * fromStride);
    FloatVector a7 = load(from, fromAt + 7 * fromStride);
    FloatVector b0 = load(from, fromAt + fromPitch);
    FloatVector b1 = load(from, fromAt + fromStride + fromPitch);
    FloatVector b2 = load(from, fromAt + 2 * fromStride + fromPitch);
    FloatVector b3 = load(from, fromAt + 3 * fromStride + fromPitch);
    FloatVector b4 = load(from, fromAt + 4 * fromStride + fromPitch);
    FloatVector b5 = load(from, fromAt + 5 * fromStride + fromPitch);
    FloatVector b6 = load(from, fromAt + 6 * fromStride + fromPitch);
    FloatVector b7 = load(from, fromAt + 7 * fromStride + fromPitch);
    int end = xAt + length;
    int base = wAt - xAt * Tiles.LANES;
    for (int k = xAt; k < end; k++) {
      int at = base + k * Tiles.LANES;
      FloatVector w0 = load(w, at);
      FloatVector w1 = load(w, at + wPitch);
      FloatVector v0 = broadcast(x[k]);
      a0 = v0.fma(w0, a0);
      b0 = v0.fma(w1, b0);
      FloatVector v1 = broadcast(x[xStride + k]);
      a1 = v1.fma(w0, a1);
      b1 = v1.fma(w1, b1);
      FloatVector v2 = broadcast(x[row2 + k]);
      a2 = v2.fma(w0, a2);
      b2 = v2.fma(w1, b2);
      FloatVector v3 = broadcast(x[row3 + k]);
      a3 = v3.fma(w0, a3);
      b3 = v3.fma(w1, b3);
      FloatVector v4 = broadcast(x[row4 + k]);
      a4 = v4.fma(w0, a4);
      b4 = v4.fma(w1, b4);
      FloatVector v5 = broadcast(x[row5 + k]);
      a5 = v5.fma(w0, a5);
      b5 = v5.fma(w1, b5);
      FloatVector v6 = broadcast(x[row6 + k]);
      a6 = v6.fma(w0, a6);
      b6 = v6.fma(w1, b6);
      FloatVector v7 = broadcast(x[row7 + k]);
      a7 = v7.fma(w0, a7);
      b7 = v7.fma(w1, b7);
    }
    a0.intoArray(out, outAt);
    a1.intoArray(out, outAt + outStride);
    a2.intoArray(out, outAt + 2 * outStride);
    a3.intoArray(out, outAt + 3 * outStride);
    a4.intoArray(out, outAt + 4 * outStride);
    a5.intoArray(out, outAt + 5 * outStride);
    a6.intoArray(out, outAt + 6 * outStride);
    a7.intoArray(out, outAt + 7 * outStride);
    b0.intoArray(out, outAt + outPitch);
    b1.intoArray(out, outAt + outStride + outPitch);
    b2.intoArray(out, outAt + 2 * outStride + outPitch);
    b3.intoArray(out, outAt + 3 * outStride + outPitch);
    b4.intoArray(out, outAt + 4 * outStride + outPitch);
    b5.intoArray(out, outAt + 5 * outStride + outPitch);
    b6.intoArray(out, outAt + 6 * outStride + outPitch);
    b7.intoArray(out, outAt + 7 * outStride + outPitch);
  }

  /**
   * Half of the rows and one tile, of which a vector is a half: six loads for eight
   * multiply-additions, where all rows by one vector would want nine.
   */
  private static void halves(
      float[] x,
      int xAt,
      int xStride,
      float[] w,
      int wAt,
      int length,
      float[] from,
      int fromAt,
      int fromStride,
      float[] out,
      int outAt,
      int outStride) {
    int row2 = 2 * xStride;
    int row3 = 3 * xStride;
    FloatVector a0 = load(from, fromAt);
    FloatVector a1 = load(from, fromAt + fromStride);
    FloatVector a2 = load(from, fromAt + 2 * fromStride);
    FloatVector a3 = load(from, fromAt + 3 * fromStride);
    FloatVector b0 = load(from, fromAt + Vectors.LENGTH);
    FloatVector b1 = load(from, fromAt + fromStride + Vectors.LENGTH);
    FloatVector b2 = load(from, fromAt + 2 * fromStride + Vectors.LENGTH);
    FloatVector b3 = load(from, fromAt + 3 * fromStride + Vectors.LENGTH);
    int end = xAt + length;
    int base = wAt - xAt * Tiles.LANES;
    for (int k = xAt; k < end; k++) {
      int at = base + k * Tiles.LANES;
      FloatVector w0 = load(w, at);
      FloatVector w1 = load(w, at + Vectors.LENGTH);
      FloatVector v0 = broadcast(x[k]);
      a0 = v0.fma(w0, a0);
      b0 = v0.fma(w1, b0);
      FloatVector v1 = broadcast(x[xStride + k]);
      a1 = v1.fma(w0, a1);
      b1 = v1.fma(w1, b1);
      FloatVector v2 = broadcast(x[row2 + k]);
      a2 = v2.fma(w0, a2);
      b2 = v2.fma(w1, b2);
      FloatVector v3 = broadcast(x[row3 + k]);
      a3 = v3.fma(w0, a3);
      b3 = v3.fma(w1, b3);
    }
    a0.intoArray(out, outAt);
    a1.intoArray(out, outAt + outStride);
    a2.intoArray(out, outAt + 2 * outStride);
    a3.intoArray(out, outAt + 3 * outStride);
    b0.intoArray(out, outAt + Vectors.LENGTH);
    b1.intoArray(out, outAt + outStride + Vectors.LENGTH);
    b2.intoArray(out, outAt + 2 * outStride + Vectors.LENGTH);
    b3.intoArray(out, outAt + 3 * outStride + Vectors.LENGTH);
  }

  private static void one(
      float[] x,
      int xAt,
      int xStride,
      float[] w,
      int wAt,
      int length,
      float[] from,
      int fromAt,
      int fromStride,
      float[] out,
      int outAt,
      int outStride) {
    int row2 = 2 * xStride;
    int row3 = 3 * xStride;
    int row4 = 4 * xStride;
    int row5 = 5 * xStride;
    int row6 = 6 * xStride;
    int row7 = 7 * xStride;
    FloatVector a0 = load(from, fromAt);
    FloatVector a1 = load(from, fromAt + fromStride);
    FloatVector a2 = load(from, fromAt + 2 * fromStride);
    FloatVector a3 = load(from, fromAt + 3 * fromStride);
    FloatVector a4 = load(from, fromAt + 4 * fromStride);
    FloatVector a5 = load(from, fromAt + 5 * fromStride);
    FloatVector a6 = load(from, fromAt + 6 * fromStride);
    FloatVector a7 = load(from, fromAt + 7 * fromStride);
    int end = xAt + length;
    int base = wAt - xAt * Tiles.LANES;
    for (int k = xAt; k < end; k++) {
      int at = base + k * Tiles.LANES;
      FloatVector w0 = load(w, at);
      FloatVector v0 = broadcast(x[k]);
      a0 = v0.fma(w0, a0);
      FloatVector v1 = broadcast(x[xStride + k]);
      a1 = v1.fma(w0, a1);
      FloatVector v2 = broadcast(x[row2 + k]);
      a2 = v2.fma(w0, a2);
      FloatVector v3 = broadcast(x[row3 + k]);
      a3 = v3.fma(w0, a3);
      FloatVector v4 = broadcast(x[row4 + k]);
      a4 = v4.fma(w0, a4);
      FloatVector v5 = broadcast(x[row5 + k]);
      a5 = v5.fma(w0, a5);
      FloatVector v6 = broadcast(x[row6 + k]);
      a6 = v6.fma(w0, a6);
      FloatVector v7 = broadcast(x[row7 + k]);
      a7 = v7.fma(w0, a7);
    }
    a0.intoArray(out, outAt);
    a1.intoArray(out, outAt + outStride);
    a2.intoArray(out, outAt + 2 * outStride);
    a3.intoArray(out, outAt + 3 * outStride);
    a4.intoArray(out, outAt + 4 * outStride);
    a5.intoArray(out, outAt + 5 * outStride);
    a6.intoArray(out, outAt + 6 * outStride);
    a7.intoArray(out, outAt + 7 * outStride);
  }
}
