package uk.ac.manchester.tornado.api;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * How the 32 work-items of a SIMD group share three matrices, A [16][depth], B [depth][8] and C
 * [16][8], as NVIDIA's instructions {@code mma.m16n8k16} and {@code mma.m16n8k32} want them: each
 * holds some elements, four bytes of a row of A, or of a column of B, next to each other.
 *
 * @param perRegister elements in four bytes: 2 or 4
 */
record MatrixFragments(int perRegister) {

  static final MatrixFragments OF_16_BITS = new MatrixFragments(2);
  static final MatrixFragments OF_8_BITS = new MatrixFragments(4);

  private static final int ROWS = 16;
  private static final int COLUMNS = 8;

  /** What one work-item holds of A and B: bits. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Operands(int[] a, int[] b) {}

  private int depth() {
    return 8 * perRegister;
  }

  private int rowOfA(int lane, int index) {
    return lane / 4 + 8 * (index / perRegister % 2);
  }

  private int columnOfA(int lane, int index) {
    return lane % 4 * perRegister + index % perRegister + index / perRegister / 2 * depth() / 2;
  }

  private int rowOfB(int lane, int index) {
    return lane % 4 * perRegister + index % perRegister + index / perRegister * depth() / 2;
  }

  private static int columnOfB(int lane) {
    return lane / 4;
  }

  static int rowOfC(int lane, int index) {
    return lane / 4 + 8 * (index / 2);
  }

  static int columnOfC(int lane, int index) {
    return lane % 4 * 2 + index % 2;
  }

  /** A work-item's bits of A in local memory, [16][depth]. */
  int[] loadA(int lane, int[] tile, int byteOffset) {
    int[] bits = new int[4 * perRegister];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = element(tile, byteOffset, rowOfA(lane, i) * depth() + columnOfA(lane, i));
    }
    return bits;
  }

  /** Its bits of B in local memory, [depth][8], where two bytes of a column are kept together. */
  int[] loadB(int lane, int[] tile, int byteOffset) {
    int together = perRegister / 2;
    int[] bits = new int[2 * perRegister];
    for (int i = 0; i < bits.length; i++) {
      int row = rowOfB(lane, i);
      int pair = row / together * COLUMNS + columnOfB(lane);
      bits[i] = element(tile, byteOffset, pair * together + row % together);
    }
    return bits;
  }

  private int element(int[] tile, int byteOffset, int index) {
    int bits = Integer.SIZE / perRegister;
    int position = byteOffset * perRegister / Integer.BYTES + index;
    return tile[position / perRegister] >> (bits * (position % perRegister));
  }

  /**
   * A work-item's elements of A B + C.
   *
   * @param operands what each work-item holds
   * @param c this one's elements of C
   */
  double[] multiply(int lane, List<Object> operands, double[] c, IntToDoubleFunction decode) {
    double[][] a = new double[ROWS][depth()];
    double[][] b = new double[depth()][COLUMNS];
    for (int l = 0; l < operands.size(); l++) {
      Operands held = (Operands) operands.get(l);
      for (int i = 0; i < held.a.length; i++) {
        a[rowOfA(l, i)][columnOfA(l, i)] = decode.applyAsDouble(held.a[i]);
      }
      for (int i = 0; i < held.b.length; i++) {
        b[rowOfB(l, i)][columnOfB(l)] = decode.applyAsDouble(held.b[i]);
      }
    }
    double[] sums = c.clone();
    for (int i = 0; i < sums.length; i++) {
      for (int k = 0; k < depth(); k++) {
        sums[i] += a[rowOfC(lane, i)][k] * b[k][columnOfC(lane, i)];
      }
    }
    return sums;
  }
}
