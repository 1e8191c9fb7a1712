package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
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

  private static final int EIGHT = 8 * Vectors.LENGTH;

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
    boolean eight = pairs && Vectors.LENGTH < Tiles.LANES;
    for (; eight && done + EIGHT <= columns; done += EIGHT, at += EIGHT * columnLength()) {
      eightOfPairs(x, xAt, weights, at, tile, rows, y, yAt + done);
    }
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

  /**
   * Unpacking takes the time in which floats would wait for memory, so that the latency shows again
   * where a vector is less than a tile: twice as many hide it. In the loop only methods of the JDK
   * are called. They are inlined by annotation, others no longer at this size of a method.
   */
  private static void eightOfPairs(
      float[] x, int xAt, float[] w, int wAt, int tile, int length, float[] y, int yAt) {
    int second = vectorAt(1, tile);
    int third = vectorAt(2, tile);
    int fourth = vectorAt(3, tile);
    int fifth = vectorAt(4, tile);
    int sixth = vectorAt(5, tile);
    int seventh = vectorAt(6, tile);
    int eighth = vectorAt(7, tile);
    int biasAt = wAt + length / 2 * Tiles.LANES;
    FloatVector y0 = load(w, biasAt);
    FloatVector y1 = load(w, biasAt + second);
    FloatVector y2 = load(w, biasAt + third);
    FloatVector y3 = load(w, biasAt + fourth);
    FloatVector y4 = load(w, biasAt + fifth);
    FloatVector y5 = load(w, biasAt + sixth);
    FloatVector y6 = load(w, biasAt + seventh);
    FloatVector y7 = load(w, biasAt + eighth);
    for (int pair = 0; pair < length / 2; pair++) {
      int at = wAt + pair * Tiles.LANES;
      FloatVector v = FloatVector.broadcast(Vectors.SPECIES, x[xAt + 2 * pair]);
      FloatVector u = FloatVector.broadcast(Vectors.SPECIES, x[xAt + 2 * pair + 1]);
      IntVector w0 = FloatVector.fromArray(Vectors.SPECIES, w, at).reinterpretAsInts();
      y0 = v.fma(w0.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y0);
      y0 = u.fma(w0.and(BrainFloats.UPPER).reinterpretAsFloats(), y0);
      IntVector w1 = FloatVector.fromArray(Vectors.SPECIES, w, at + second).reinterpretAsInts();
      y1 = v.fma(w1.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y1);
      y1 = u.fma(w1.and(BrainFloats.UPPER).reinterpretAsFloats(), y1);
      IntVector w2 = FloatVector.fromArray(Vectors.SPECIES, w, at + third).reinterpretAsInts();
      y2 = v.fma(w2.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y2);
      y2 = u.fma(w2.and(BrainFloats.UPPER).reinterpretAsFloats(), y2);
      IntVector w3 = FloatVector.fromArray(Vectors.SPECIES, w, at + fourth).reinterpretAsInts();
      y3 = v.fma(w3.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y3);
      y3 = u.fma(w3.and(BrainFloats.UPPER).reinterpretAsFloats(), y3);
      IntVector w4 = FloatVector.fromArray(Vectors.SPECIES, w, at + fifth).reinterpretAsInts();
      y4 = v.fma(w4.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y4);
      y4 = u.fma(w4.and(BrainFloats.UPPER).reinterpretAsFloats(), y4);
      IntVector w5 = FloatVector.fromArray(Vectors.SPECIES, w, at + sixth).reinterpretAsInts();
      y5 = v.fma(w5.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y5);
      y5 = u.fma(w5.and(BrainFloats.UPPER).reinterpretAsFloats(), y5);
      IntVector w6 = FloatVector.fromArray(Vectors.SPECIES, w, at + seventh).reinterpretAsInts();
      y6 = v.fma(w6.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y6);
      y6 = u.fma(w6.and(BrainFloats.UPPER).reinterpretAsFloats(), y6);
      IntVector w7 = FloatVector.fromArray(Vectors.SPECIES, w, at + eighth).reinterpretAsInts();
      y7 = v.fma(w7.lanewise(VectorOperators.LSHL, BrainFloats.HALF).reinterpretAsFloats(), y7);
      y7 = u.fma(w7.and(BrainFloats.UPPER).reinterpretAsFloats(), y7);
    }
    y0.intoArray(y, yAt);
    y1.intoArray(y, yAt + Vectors.LENGTH);
    y2.intoArray(y, yAt + 2 * Vectors.LENGTH);
    y3.intoArray(y, yAt + 3 * Vectors.LENGTH);
    y4.intoArray(y, yAt + 4 * Vectors.LENGTH);
    y5.intoArray(y, yAt + 5 * Vectors.LENGTH);
    y6.intoArray(y, yAt + 6 * Vectors.LENGTH);
    y7.intoArray(y, yAt + 7 * Vectors.LENGTH);
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
