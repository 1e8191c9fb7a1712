package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Tiles;

/**
 * Products of a single row, as fast as the weights can be read. Each column is summed in the order
 * of {@link Products}, so that a row comes to the same bits by itself and among others.
 *
 * @param weights matrices in tiles of columns, the bias last
 * @param rows of each matrix
 * @param pairs whether a float of the weights holds two of them, see {@link BrainFloats}
 */
@SuppressWarnings("ArrayRecordComponent") // views of memory, never compared
record RowProduct(float[] weights, int rows, boolean pairs) {

  /** Weights from which on another core saves more time than it takes to meet. */
  private static final int WORTH_MEETING = 3 * 96 * 96;

  /** Columns of four vectors. */
  private static final int FOUR = 4 * Vectors.LENGTH;

  /** How many cores share a row of products with so many weights. */
  static int members(int weights) {
    return weights < WORTH_MEETING ? 1 : Cores.ALL.count();
  }

  /** Where a core's part of so many columns begins, in whole tiles. */
  static int share(int member, int members, int columns) {
    return columns / Tiles.LANES * member / members * Tiles.LANES;
  }

  /** Floats of a column's weights, the bias last. */
  private int columnLength() {
    return (pairs ? rows / 2 : rows) + 1;
  }

  /** All of them, shared by the cores: each keeps to columns whose weights stay in its cache. */
  void all(float[] x, int xAt, int weightsAt, float[] y, int yAt, int columns) {
    int members = members(rows * columns);
    Cores.ALL.together(
        members,
        (member, _) -> {
          int from = share(member, members, columns);
          int to = share(member + 1, members, columns);
          columns(x, xAt, weightsAt, from, y, yAt + from, to - from);
        });
  }

  /**
   * {@code y = x W + b} for some columns.
   *
   * @param x [rows]
   * @param column the first; they are whole tiles
   * @param y out, [columns]
   */
  void columns(float[] x, int xAt, int weightsAt, int column, float[] y, int yAt, int columns) {
    int tile = columnLength() * Tiles.LANES;
    int at = weightsAt + column * columnLength();
    int done = 0;
    for (; done + FOUR <= columns; done += FOUR, at += FOUR * columnLength()) {
      if (pairs) {
        fourOfPairs(x, xAt, weights, at, tile, rows, y, yAt + done);
      } else {
        fourOfFloats(x, xAt, weights, at, tile, rows, y, yAt + done);
      }
    }
    for (; done < columns; done += Tiles.LANES, at += tile) {
      if (pairs) {
        oneOfPairs(x, xAt, weights, at, rows, y, yAt + done);
      } else {
        oneOfFloats(x, xAt, weights, at, rows, y, yAt + done);
      }
    }
  }

  /**
   * Four vectors side by side hide the latency of the additions. They are neighbours, whatever part
   * of a tile one is, so that a line of cache is read once.
   */
  private static void fourOfFloats(
      float[] x, int xAt, float[] w, int wAt, int tile, int length, float[] y, int yAt) {
    int second = vectorAt(1, tile);
    int third = vectorAt(2, tile);
    int fourth = vectorAt(3, tile);
    int biasAt = wAt + length * Tiles.LANES;
    FloatVector y0 = load(w, biasAt);
    FloatVector y1 = load(w, biasAt + second);
    FloatVector y2 = load(w, biasAt + third);
    FloatVector y3 = load(w, biasAt + fourth);
    for (int k = 0; k < length; k++) {
      int at = wAt + k * Tiles.LANES;
      FloatVector v = broadcast(x[xAt + k]);
      y0 = v.fma(load(w, at), y0);
      y1 = v.fma(load(w, at + second), y1);
      y2 = v.fma(load(w, at + third), y2);
      y3 = v.fma(load(w, at + fourth), y3);
    }
    y0.intoArray(y, yAt);
    y1.intoArray(y, yAt + Vectors.LENGTH);
    y2.intoArray(y, yAt + 2 * Vectors.LENGTH);
    y3.intoArray(y, yAt + 3 * Vectors.LENGTH);
  }

  /** Where a vector's column begins, from that of the first. */
  private static int vectorAt(int vector, int tile) {
    int lane = vector * Vectors.LENGTH;
    return lane / Tiles.LANES * tile + lane % Tiles.LANES;
  }

  private static void oneOfFloats(
      float[] x, int xAt, float[] w, int wAt, int length, float[] y, int yAt) {
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector sum = load(w, wAt + length * Tiles.LANES + lane);
      for (int k = 0; k < length; k++) {
        sum = broadcast(x[xAt + k]).fma(load(w, wAt + k * Tiles.LANES + lane), sum);
      }
      sum.intoArray(y, yAt + lane);
    }
  }

  /** The same sums with half the loads. */
  private static void fourOfPairs(
      float[] x, int xAt, float[] w, int wAt, int tile, int length, float[] y, int yAt) {
    int second = vectorAt(1, tile);
    int third = vectorAt(2, tile);
    int fourth = vectorAt(3, tile);
    int biasAt = wAt + length / 2 * Tiles.LANES;
    FloatVector y0 = load(w, biasAt);
    FloatVector y1 = load(w, biasAt + second);
    FloatVector y2 = load(w, biasAt + third);
    FloatVector y3 = load(w, biasAt + fourth);
    for (int pair = 0; pair < length / 2; pair++) {
      int at = wAt + pair * Tiles.LANES;
      FloatVector v = broadcast(x[xAt + 2 * pair]);
      FloatVector u = broadcast(x[xAt + 2 * pair + 1]);
      FloatVector w0 = load(w, at);
      FloatVector w1 = load(w, at + second);
      FloatVector w2 = load(w, at + third);
      FloatVector w3 = load(w, at + fourth);
      y0 = u.fma(BrainFloats.second(w0), v.fma(BrainFloats.first(w0), y0));
      y1 = u.fma(BrainFloats.second(w1), v.fma(BrainFloats.first(w1), y1));
      y2 = u.fma(BrainFloats.second(w2), v.fma(BrainFloats.first(w2), y2));
      y3 = u.fma(BrainFloats.second(w3), v.fma(BrainFloats.first(w3), y3));
    }
    y0.intoArray(y, yAt);
    y1.intoArray(y, yAt + Vectors.LENGTH);
    y2.intoArray(y, yAt + 2 * Vectors.LENGTH);
    y3.intoArray(y, yAt + 3 * Vectors.LENGTH);
  }

  private static void oneOfPairs(
      float[] x, int xAt, float[] w, int wAt, int length, float[] y, int yAt) {
    for (int lane = 0; lane < Tiles.LANES; lane += Vectors.LENGTH) {
      FloatVector sum = load(w, wAt + length / 2 * Tiles.LANES + lane);
      for (int pair = 0; pair < length / 2; pair++) {
        FloatVector weights = load(w, wAt + pair * Tiles.LANES + lane);
        sum = broadcast(x[xAt + 2 * pair]).fma(BrainFloats.first(weights), sum);
        sum = broadcast(x[xAt + 2 * pair + 1]).fma(BrainFloats.second(weights), sum);
      }
      sum.intoArray(y, yAt + lane);
    }
  }
}
