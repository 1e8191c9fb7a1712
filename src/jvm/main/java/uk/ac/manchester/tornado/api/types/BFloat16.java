package uk.ac.manchester.tornado.api.types;

/** 16-bit floating-point numbers with the exponents of a float: 1 sign, 8 exponent, 7 mantissa. */
public final class BFloat16 {

  /** The largest finite number. */
  public static final float BF16_MAX = 3.3895314e38f;

  private static final SmallFloat FORMAT = new SmallFloat(7, 127);
  private static final int INFINITY = 0x7f80;
  private static final int NAN = 0x7fc0;

  private BFloat16() {}

  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }

  /** The bits of the nearest number, away from zero where two are as near. */
  public static short bf16FromFloat(float value) {
    if (Float.isNaN(value)) {
      return NAN;
    }
    return (short) (Float.isInfinite(value) ? FORMAT.sign(value) + INFINITY : FORMAT.encode(value));
  }
}
