package uk.ac.manchester.tornado.api.types;

/**
 * 8-bit floating-point numbers: E4M3 with more digits, not a number but no infinities; E5M2 with a
 * larger range, and both. What is too large becomes E4M3's largest number, and E5M2's infinity.
 */
public final class FP8 {

  /** The largest number of E4M3. */
  public static final float E4M3_MAX = 448;

  /** The largest finite number of E5M2. */
  public static final float E5M2_MAX = 57344;

  private static final SmallFloat E4M3 = new SmallFloat(3, 7);
  private static final SmallFloat E5M2 = new SmallFloat(2, 15);
  private static final byte NAN = 0x7f;
  private static final int E4M3_LARGEST = 0x7e;
  private static final int E5M2_INFINITY = 0x7c;

  /** Halfway from the largest finite number of E5M2 to what would be the next. */
  private static final float E5M2_OVERFLOW = 61440;

  private FP8() {}

  public static float e4m3ToFloat(byte bits) {
    return (bits & NAN) == NAN ? Float.NaN : E4M3.decode(bits);
  }

  /** The bits of the nearest number, away from zero where two are as near. */
  public static byte e4m3FromFloat(float value) {
    if (Float.isNaN(value)) {
      return NAN;
    }
    return (byte)
        (Math.abs(value) >= E4M3_MAX ? E4M3.sign(value) + E4M3_LARGEST : E4M3.encode(value));
  }

  public static float e5m2ToFloat(byte bits) {
    int magnitude = bits & 0x7f;
    if (magnitude > E5M2_INFINITY) {
      return Float.NaN;
    }
    if (magnitude == E5M2_INFINITY) {
      return bits < 0 ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    }
    return E5M2.decode(bits);
  }

  /** The bits of the nearest number, away from zero where two are as near. */
  public static byte e5m2FromFloat(float value) {
    if (Float.isNaN(value)) {
      return NAN;
    }
    return (byte)
        (Math.abs(value) >= E5M2_OVERFLOW ? E5M2.sign(value) + E5M2_INFINITY : E5M2.encode(value));
  }
}
