package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;

/** A vector of 8 floats. Arithmetic returns a new vector; only the setters change one. */
public final class Float8 implements TornadoVectorsInterface<FloatBuffer> {

  public static final Class<Float8> TYPE = Float8.class;

  private static final long serialVersionUID = 1L;

  // Indexed by constants wherever arithmetic is done: the JIT compiler then keeps lanes in
  // registers and allocates nothing.
  private final float[] lanes;

  /** Zeros. */
  public Float8() {
    lanes = new float[8];
  }

  public Float8(float s0, float s1, float s2, float s3, float s4, float s5, float s6, float s7) {
    this();
    lanes[0] = s0;
    lanes[1] = s1;
    lanes[2] = s2;
    lanes[3] = s3;
    lanes[4] = s4;
    lanes[5] = s5;
    lanes[6] = s6;
    lanes[7] = s7;
  }

  public static Float8 add(Float8 a, Float8 b) {
    return new Float8(
        a.lanes[0] + b.lanes[0],
        a.lanes[1] + b.lanes[1],
        a.lanes[2] + b.lanes[2],
        a.lanes[3] + b.lanes[3],
        a.lanes[4] + b.lanes[4],
        a.lanes[5] + b.lanes[5],
        a.lanes[6] + b.lanes[6],
        a.lanes[7] + b.lanes[7]);
  }

  public static Float8 sub(Float8 a, Float8 b) {
    return new Float8(
        a.lanes[0] - b.lanes[0],
        a.lanes[1] - b.lanes[1],
        a.lanes[2] - b.lanes[2],
        a.lanes[3] - b.lanes[3],
        a.lanes[4] - b.lanes[4],
        a.lanes[5] - b.lanes[5],
        a.lanes[6] - b.lanes[6],
        a.lanes[7] - b.lanes[7]);
  }

  public static Float8 mult(Float8 a, Float8 b) {
    return new Float8(
        a.lanes[0] * b.lanes[0],
        a.lanes[1] * b.lanes[1],
        a.lanes[2] * b.lanes[2],
        a.lanes[3] * b.lanes[3],
        a.lanes[4] * b.lanes[4],
        a.lanes[5] * b.lanes[5],
        a.lanes[6] * b.lanes[6],
        a.lanes[7] * b.lanes[7]);
  }

  public static Float8 div(Float8 a, Float8 b) {
    return new Float8(
        a.lanes[0] / b.lanes[0],
        a.lanes[1] / b.lanes[1],
        a.lanes[2] / b.lanes[2],
        a.lanes[3] / b.lanes[3],
        a.lanes[4] / b.lanes[4],
        a.lanes[5] / b.lanes[5],
        a.lanes[6] / b.lanes[6],
        a.lanes[7] / b.lanes[7]);
  }

  public static Float8 add(Float8 a, float b) {
    return new Float8(
        a.lanes[0] + b,
        a.lanes[1] + b,
        a.lanes[2] + b,
        a.lanes[3] + b,
        a.lanes[4] + b,
        a.lanes[5] + b,
        a.lanes[6] + b,
        a.lanes[7] + b);
  }

  public static Float8 sub(Float8 a, float b) {
    return new Float8(
        a.lanes[0] - b,
        a.lanes[1] - b,
        a.lanes[2] - b,
        a.lanes[3] - b,
        a.lanes[4] - b,
        a.lanes[5] - b,
        a.lanes[6] - b,
        a.lanes[7] - b);
  }

  public static Float8 mult(Float8 a, float b) {
    return new Float8(
        a.lanes[0] * b,
        a.lanes[1] * b,
        a.lanes[2] * b,
        a.lanes[3] * b,
        a.lanes[4] * b,
        a.lanes[5] * b,
        a.lanes[6] * b,
        a.lanes[7] * b);
  }

  public static Float8 div(Float8 a, float b) {
    return new Float8(
        a.lanes[0] / b,
        a.lanes[1] / b,
        a.lanes[2] / b,
        a.lanes[3] / b,
        a.lanes[4] / b,
        a.lanes[5] / b,
        a.lanes[6] / b,
        a.lanes[7] / b);
  }

  public static Float8 min(Float8 a, Float8 b) {
    return new Float8(
        Math.min(a.lanes[0], b.lanes[0]),
        Math.min(a.lanes[1], b.lanes[1]),
        Math.min(a.lanes[2], b.lanes[2]),
        Math.min(a.lanes[3], b.lanes[3]),
        Math.min(a.lanes[4], b.lanes[4]),
        Math.min(a.lanes[5], b.lanes[5]),
        Math.min(a.lanes[6], b.lanes[6]),
        Math.min(a.lanes[7], b.lanes[7]));
  }

  public static Float8 max(Float8 a, Float8 b) {
    return new Float8(
        Math.max(a.lanes[0], b.lanes[0]),
        Math.max(a.lanes[1], b.lanes[1]),
        Math.max(a.lanes[2], b.lanes[2]),
        Math.max(a.lanes[3], b.lanes[3]),
        Math.max(a.lanes[4], b.lanes[4]),
        Math.max(a.lanes[5], b.lanes[5]),
        Math.max(a.lanes[6], b.lanes[6]),
        Math.max(a.lanes[7], b.lanes[7]));
  }

  public static float dot(Float8 a, Float8 b) {
    return a.lanes[0] * b.lanes[0]
        + a.lanes[1] * b.lanes[1]
        + a.lanes[2] * b.lanes[2]
        + a.lanes[3] * b.lanes[3]
        + a.lanes[4] * b.lanes[4]
        + a.lanes[5] * b.lanes[5]
        + a.lanes[6] * b.lanes[6]
        + a.lanes[7] * b.lanes[7];
  }

  public float getS0() {
    return lanes[0];
  }

  public void setS0(float value) {
    lanes[0] = value;
  }

  public float getS1() {
    return lanes[1];
  }

  public void setS1(float value) {
    lanes[1] = value;
  }

  public float getS2() {
    return lanes[2];
  }

  public void setS2(float value) {
    lanes[2] = value;
  }

  public float getS3() {
    return lanes[3];
  }

  public void setS3(float value) {
    lanes[3] = value;
  }

  public float getS4() {
    return lanes[4];
  }

  public void setS4(float value) {
    lanes[4] = value;
  }

  public float getS5() {
    return lanes[5];
  }

  public void setS5(float value) {
    lanes[5] = value;
  }

  public float getS6() {
    return lanes[6];
  }

  public void setS6(float value) {
    lanes[6] = value;
  }

  public float getS7() {
    return lanes[7];
  }

  public void setS7(float value) {
    lanes[7] = value;
  }

  public float get(int index) {
    return lanes[index];
  }

  public void set(int index, float value) {
    lanes[index] = value;
  }

  public void set(Float8 other) {
    System.arraycopy(other.lanes, 0, lanes, 0, lanes.length);
  }

  /** The lanes themselves: writing to the array changes this vector. */
  public float[] getArray() {
    return lanes;
  }

  /** The same as {@link #getArray()}. */
  public float[] toArray() {
    return lanes;
  }

  /** A copy. */
  public Float8 duplicate() {
    Float8 copy = new Float8();
    copy.set(this);
    return copy;
  }

  /** Lanes 0 to 3. */
  public Float4 getLow() {
    return new Float4(lanes[0], lanes[1], lanes[2], lanes[3]);
  }

  /** Lanes 4 to 7. */
  public Float4 getHigh() {
    return new Float4(lanes[4], lanes[5], lanes[6], lanes[7]);
  }

  @Override
  public void loadFromBuffer(FloatBuffer buffer) {
    asBuffer().put(buffer);
  }

  /** A view: writing to the buffer changes this vector. */
  @Override
  public FloatBuffer asBuffer() {
    return FloatBuffer.wrap(lanes);
  }

  @Override
  public int size() {
    return lanes.length;
  }

  @Override
  public long getNumBytes() {
    return (long) lanes.length * Float.BYTES;
  }

  /** The lanes with three decimals in the default locale. */
  @Override
  public String toString() {
    return toString("{%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f}");
  }

  /** The lanes as the 8 arguments of a format string. */
  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public String toString(String format) {
    return String.format(
        format, lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7]);
  }
}
