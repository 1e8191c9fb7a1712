package uk.ac.manchester.tornado.api.types;

import java.util.Locale;

/** A 16-bit floating-point number (IEEE 754 binary16). Arithmetic is done in single precision. */
public class HalfFloat {

  private final short bits;

  /** The half nearest to the value. */
  public HalfFloat(float value) {
    this(Float.floatToFloat16(value));
  }

  /** The half with these bits. */
  public HalfFloat(short halfFloat) {
    bits = halfFloat;
  }

  public static HalfFloat add(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() + b.getFloat32());
  }

  public static HalfFloat sub(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() - b.getFloat32());
  }

  public static HalfFloat mult(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() * b.getFloat32());
  }

  public static HalfFloat div(HalfFloat a, HalfFloat b) {
    return new HalfFloat(a.getFloat32() / b.getFloat32());
  }

  /** The 16 bits. */
  public short getHalfFloatValue() {
    return bits;
  }

  public float getFloat32() {
    return Float.float16ToFloat(bits);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "HalfFloat: %.4f", getFloat32());
  }
}
