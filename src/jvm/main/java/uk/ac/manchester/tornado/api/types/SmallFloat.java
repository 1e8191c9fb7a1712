package uk.ac.manchester.tornado.api.types;

/**
 * Floating-point numbers of few bits: sign, exponent, mantissa. Rounding is to the nearest, and
 * away from zero where two are as near.
 */
record SmallFloat(int mantissaBits, int bias) {

  /** The bits of a finite number that is not too large. */
  int encode(float value) {
    float magnitude = Math.abs(value);
    int exponent = Math.max(Math.getExponent(magnitude), 1 - bias);
    int mantissa = (int) (Math.scalb(magnitude, mantissaBits - exponent) + 0.5f);
    // A normal number's mantissa has a leading one, which adds one to the exponent's field.
    return sign(value) + ((exponent + bias - 1) << mantissaBits) + mantissa;
  }

  /** The bits of a number's sign. */
  int sign(float value) {
    return value < 0 ? signBit() : 0;
  }

  /** The finite number that has these bits. */
  float decode(int bits) {
    int ones = 1 << mantissaBits;
    int exponent = (bits >> mantissaBits) & (2 * bias + 1);
    int mantissa = bits & (ones - 1);
    float magnitude =
        exponent == 0
            ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
            : Math.scalb((float) (ones + mantissa), exponent - bias - mantissaBits);
    return (bits & signBit()) == 0 ? magnitude : -magnitude;
  }

  private int signBit() {
    return (2 * (bias + 1)) << mantissaBits;
  }
}
