package uk.ac.manchester.tornado.api.utils;

import uk.ac.manchester.tornado.api.types.arrays.Int8Array;

/** Products of numbers of 8 bits, four at a time. */
public class QuantizationUtils {

  public QuantizationUtils() {}

  /** c plus the dot product of four elements of each array, from their offsets. */
  public static int dp4a(Int8Array a, long offsetA, Int8Array b, long offsetB, int c) {
    int sum = c;
    for (int i = 0; i < 4; i++) {
      sum += a.get((int) offsetA + i) * b.get((int) offsetB + i);
    }
    return sum;
  }

  /** c plus the dot product of four elements of each array, from their offsets. */
  public static int dp4a(Int8Array a, long offsetA, byte[] b, long offsetB, int c) {
    int sum = c;
    for (int i = 0; i < 4; i++) {
      sum += a.get((int) offsetA + i) * b[(int) offsetB + i];
    }
    return sum;
  }

  /** c plus the dot product of the four bytes of a and of b. */
  public static int dp4a_packed(int a, int b, int c) {
    int sum = c;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      sum += (byte) (a >> shift) * (byte) (b >> shift);
    }
    return sum;
  }

  /** A sum of products of quantized numbers as a number. */
  public static float dequantizeFusedResult(int dotProductResult, float wScale, float xScale) {
    return dotProductResult * wScale * xScale;
  }
}
