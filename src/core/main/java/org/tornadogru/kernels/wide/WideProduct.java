package org.tornadogru.kernels.wide;

import jdk.incubator.vector.VectorShape;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The product that all wide kernels are made of, inlined into them: a few rows times one tile of
 * columns, the sums in vector registers. A vector of weights is read once for all the rows, and an
 * element of a row goes to all sixteen columns.
 *
 * <p>Arguments named {@code …At} and strides of inputs count floats, those of weights and outputs
 * count vectors of 16 floats.
 */
final class WideProduct {

  /** Rows per work-item. */
  static final int ROWS = 8;

  private static final int TILE_BITS = Tiles.LANES * Float.SIZE;

  /**
   * Whether eight sums are taken at a time, so that there are enough additions in flight to hide
   * latency. Where a vector of 16 is two registers or more, four are enough, and of eight most
   * would be in memory. A CPU's OpenCL device has the vectors that this process knows of its CPU.
   */
  private static final boolean HOLDS_EIGHT =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
          && VectorShape.preferredShape().vectorBitSize() >= TILE_BITS;

  private WideProduct() {}

  /**
   * Eight rows times one tile, on top of what is there.
   *
   * <pre>
   *   y[i] = y[i] + x[i] W
   * </pre>
   *
   * @param x row i is [depth] at {@code xAt + i · xStride}
   * @param w a tile, [depth][16], at {@code wAt}
   * @param y row i is [16] at {@code yAt + i · yStride}
   */
  static void add(
      FloatArray x,
      int xAt,
      int xStride,
      FloatArray w,
      int wAt,
      int depth,
      FloatArray y,
      int yAt,
      int yStride) {
    addStrided(x, xAt, xStride, 1, w, wAt, 1, depth, y, yAt, yStride);
  }

  /**
   * The same of rows and weights whose elements need not be neighbours.
   *
   * @param x row i is [depth] at {@code xAt + i · xStride}, an element each {@code xStep}
   * @param w [depth][16] at {@code wAt}, a row each {@code wStep}
   */
  static void addStrided(
      FloatArray x,
      int xAt,
      int xStride,
      int xStep,
      FloatArray w,
      int wAt,
      int wStep,
      int depth,
      FloatArray y,
      int yAt,
      int yStride) {
    if (HOLDS_EIGHT) {
      addEight(x, xAt, xStride, xStep, w, wAt, wStep, depth, y, yAt, yStride);
    } else {
      for (int row = 0; row < ROWS; row += ROWS / 2) {
        int rowAt = xAt + row * xStride;
        addFour(x, rowAt, xStride, xStep, w, wAt, wStep, depth, y, yAt + row * yStride, yStride);
      }
    }
  }

  static void addEight(
      FloatArray x,
      int xAt,
      int xStride,
      int xStep,
      FloatArray w,
      int wAt,
      int wStep,
      int depth,
      FloatArray y,
      int yAt,
      int yStride) {
    Float16 y0 = WideLanes.load(y, yAt);
    Float16 y1 = WideLanes.load(y, yAt + yStride);
    Float16 y2 = WideLanes.load(y, yAt + 2 * yStride);
    Float16 y3 = WideLanes.load(y, yAt + 3 * yStride);
    Float16 y4 = WideLanes.load(y, yAt + 4 * yStride);
    Float16 y5 = WideLanes.load(y, yAt + 5 * yStride);
    Float16 y6 = WideLanes.load(y, yAt + 6 * yStride);
    Float16 y7 = WideLanes.load(y, yAt + 7 * yStride);
    for (int k = 0; k < depth; k++) {
      Float16 weights = WideLanes.load(w, wAt + k * wStep);
      int at = xAt + k * xStep;
      y0 = WideLanes.addProduct(y0, x.get(at), weights);
      y1 = WideLanes.addProduct(y1, x.get(at + xStride), weights);
      y2 = WideLanes.addProduct(y2, x.get(at + 2 * xStride), weights);
      y3 = WideLanes.addProduct(y3, x.get(at + 3 * xStride), weights);
      y4 = WideLanes.addProduct(y4, x.get(at + 4 * xStride), weights);
      y5 = WideLanes.addProduct(y5, x.get(at + 5 * xStride), weights);
      y6 = WideLanes.addProduct(y6, x.get(at + 6 * xStride), weights);
      y7 = WideLanes.addProduct(y7, x.get(at + 7 * xStride), weights);
    }
    WideLanes.store(y, yAt, y0);
    WideLanes.store(y, yAt + yStride, y1);
    WideLanes.store(y, yAt + 2 * yStride, y2);
    WideLanes.store(y, yAt + 3 * yStride, y3);
    WideLanes.store(y, yAt + 4 * yStride, y4);
    WideLanes.store(y, yAt + 5 * yStride, y5);
    WideLanes.store(y, yAt + 6 * yStride, y6);
    WideLanes.store(y, yAt + 7 * yStride, y7);
  }

  static void addFour(
      FloatArray x,
      int xAt,
      int xStride,
      int xStep,
      FloatArray w,
      int wAt,
      int wStep,
      int depth,
      FloatArray y,
      int yAt,
      int yStride) {
    Float16 y0 = WideLanes.load(y, yAt);
    Float16 y1 = WideLanes.load(y, yAt + yStride);
    Float16 y2 = WideLanes.load(y, yAt + 2 * yStride);
    Float16 y3 = WideLanes.load(y, yAt + 3 * yStride);
    for (int k = 0; k < depth; k++) {
      Float16 weights = WideLanes.load(w, wAt + k * wStep);
      int at = xAt + k * xStep;
      y0 = WideLanes.addProduct(y0, x.get(at), weights);
      y1 = WideLanes.addProduct(y1, x.get(at + xStride), weights);
      y2 = WideLanes.addProduct(y2, x.get(at + 2 * xStride), weights);
      y3 = WideLanes.addProduct(y3, x.get(at + 3 * xStride), weights);
    }
    WideLanes.store(y, yAt, y0);
    WideLanes.store(y, yAt + yStride, y1);
    WideLanes.store(y, yAt + 2 * yStride, y2);
    WideLanes.store(y, yAt + 3 * yStride, y3);
  }

  /**
   * Eight rows times one tile that ends with its bias.
   *
   * <pre>
   *   y[i] = x[i] W + b
   * </pre>
   *
   * @param w a tile, [depth + 1][16], at {@code wAt}, the bias last
   */
  static void affine(
      FloatArray x,
      int xAt,
      int xStride,
      FloatArray w,
      int wAt,
      int depth,
      FloatArray y,
      int yAt,
      int yStride) {
    start(WideLanes.load(w, wAt + depth), y, yAt, yStride);
    add(x, xAt, xStride, w, wAt, depth, y, yAt, yStride);
  }

  /** Writes the same 16 values to all rows of a tile. */
  static void start(Float16 value, FloatArray y, int yAt, int yStride) {
    for (int row = 0; row < ROWS; row++) {
      WideLanes.store(y, yAt + row * yStride, value);
    }
  }
}
