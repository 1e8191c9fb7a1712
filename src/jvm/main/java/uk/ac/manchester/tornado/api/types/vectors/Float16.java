package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;

/** A vector of 16 floats. Arithmetic returns a new vector; only the setters change one. */
public final class Float16 implements TornadoVectorsInterface<FloatBuffer> {

  public static final Class<Float16> TYPE = Float16.class;

  private static final long serialVersionUID = 1L;

  // Indexed by constants wherever arithmetic is done: the JIT compiler then keeps lanes in
  // registers and allocates nothing.
  private final float[] lanes;

  /** Zeros. */
  public Float16() {
    lanes = new float[16];
  }

  public Float16(
      float s0,
      float s1,
      float s2,
      float s3,
      float s4,
      float s5,
      float s6,
      float s7,
      float s8,
      float s9,
      float s10,
      float s11,
      float s12,
      float s13,
      float s14,
      float s15) {
    this();
    lanes[0] = s0;
    lanes[1] = s1;
    lanes[2] = s2;
    lanes[3] = s3;
    lanes[4] = s4;
    lanes[5] = s5;
    lanes[6] = s6;
    lanes[7] = s7;
    lanes[8] = s8;
    lanes[9] = s9;
    lanes[10] = s10;
    lanes[11] = s11;
    lanes[12] = s12;
    lanes[13] = s13;
    lanes[14] = s14;
    lanes[15] = s15;
  }

  public static Float16 add(Float16 a, Float16 b) {
    return new Float16(
        a.lanes[0] + b.lanes[0],
        a.lanes[1] + b.lanes[1],
        a.lanes[2] + b.lanes[2],
        a.lanes[3] + b.lanes[3],
        a.lanes[4] + b.lanes[4],
        a.lanes[5] + b.lanes[5],
        a.lanes[6] + b.lanes[6],
        a.lanes[7] + b.lanes[7],
        a.lanes[8] + b.lanes[8],
        a.lanes[9] + b.lanes[9],
        a.lanes[10] + b.lanes[10],
        a.lanes[11] + b.lanes[11],
        a.lanes[12] + b.lanes[12],
        a.lanes[13] + b.lanes[13],
        a.lanes[14] + b.lanes[14],
        a.lanes[15] + b.lanes[15]);
  }

  public static Float16 sub(Float16 a, Float16 b) {
    return new Float16(
        a.lanes[0] - b.lanes[0],
        a.lanes[1] - b.lanes[1],
        a.lanes[2] - b.lanes[2],
        a.lanes[3] - b.lanes[3],
        a.lanes[4] - b.lanes[4],
        a.lanes[5] - b.lanes[5],
        a.lanes[6] - b.lanes[6],
        a.lanes[7] - b.lanes[7],
        a.lanes[8] - b.lanes[8],
        a.lanes[9] - b.lanes[9],
        a.lanes[10] - b.lanes[10],
        a.lanes[11] - b.lanes[11],
        a.lanes[12] - b.lanes[12],
        a.lanes[13] - b.lanes[13],
        a.lanes[14] - b.lanes[14],
        a.lanes[15] - b.lanes[15]);
  }

  public static Float16 mult(Float16 a, Float16 b) {
    return new Float16(
        a.lanes[0] * b.lanes[0],
        a.lanes[1] * b.lanes[1],
        a.lanes[2] * b.lanes[2],
        a.lanes[3] * b.lanes[3],
        a.lanes[4] * b.lanes[4],
        a.lanes[5] * b.lanes[5],
        a.lanes[6] * b.lanes[6],
        a.lanes[7] * b.lanes[7],
        a.lanes[8] * b.lanes[8],
        a.lanes[9] * b.lanes[9],
        a.lanes[10] * b.lanes[10],
        a.lanes[11] * b.lanes[11],
        a.lanes[12] * b.lanes[12],
        a.lanes[13] * b.lanes[13],
        a.lanes[14] * b.lanes[14],
        a.lanes[15] * b.lanes[15]);
  }

  public static Float16 div(Float16 a, Float16 b) {
    return new Float16(
        a.lanes[0] / b.lanes[0],
        a.lanes[1] / b.lanes[1],
        a.lanes[2] / b.lanes[2],
        a.lanes[3] / b.lanes[3],
        a.lanes[4] / b.lanes[4],
        a.lanes[5] / b.lanes[5],
        a.lanes[6] / b.lanes[6],
        a.lanes[7] / b.lanes[7],
        a.lanes[8] / b.lanes[8],
        a.lanes[9] / b.lanes[9],
        a.lanes[10] / b.lanes[10],
        a.lanes[11] / b.lanes[11],
        a.lanes[12] / b.lanes[12],
        a.lanes[13] / b.lanes[13],
        a.lanes[14] / b.lanes[14],
        a.lanes[15] / b.lanes[15]);
  }

  public static Float16 add(Float16 a, float b) {
    return new Float16(
        a.lanes[0] + b,
        a.lanes[1] + b,
        a.lanes[2] + b,
        a.lanes[3] + b,
        a.lanes[4] + b,
        a.lanes[5] + b,
        a.lanes[6] + b,
        a.lanes[7] + b,
        a.lanes[8] + b,
        a.lanes[9] + b,
        a.lanes[10] + b,
        a.lanes[11] + b,
        a.lanes[12] + b,
        a.lanes[13] + b,
        a.lanes[14] + b,
        a.lanes[15] + b);
  }

  public static Float16 sub(Float16 a, float b) {
    return new Float16(
        a.lanes[0] - b,
        a.lanes[1] - b,
        a.lanes[2] - b,
        a.lanes[3] - b,
        a.lanes[4] - b,
        a.lanes[5] - b,
        a.lanes[6] - b,
        a.lanes[7] - b,
        a.lanes[8] - b,
        a.lanes[9] - b,
        a.lanes[10] - b,
        a.lanes[11] - b,
        a.lanes[12] - b,
        a.lanes[13] - b,
        a.lanes[14] - b,
        a.lanes[15] - b);
  }

  public static Float16 mult(Float16 a, float b) {
    return new Float16(
        a.lanes[0] * b,
        a.lanes[1] * b,
        a.lanes[2] * b,
        a.lanes[3] * b,
        a.lanes[4] * b,
        a.lanes[5] * b,
        a.lanes[6] * b,
        a.lanes[7] * b,
        a.lanes[8] * b,
        a.lanes[9] * b,
        a.lanes[10] * b,
        a.lanes[11] * b,
        a.lanes[12] * b,
        a.lanes[13] * b,
        a.lanes[14] * b,
        a.lanes[15] * b);
  }

  public static Float16 div(Float16 a, float b) {
    return new Float16(
        a.lanes[0] / b,
        a.lanes[1] / b,
        a.lanes[2] / b,
        a.lanes[3] / b,
        a.lanes[4] / b,
        a.lanes[5] / b,
        a.lanes[6] / b,
        a.lanes[7] / b,
        a.lanes[8] / b,
        a.lanes[9] / b,
        a.lanes[10] / b,
        a.lanes[11] / b,
        a.lanes[12] / b,
        a.lanes[13] / b,
        a.lanes[14] / b,
        a.lanes[15] / b);
  }

  public static Float16 min(Float16 a, Float16 b) {
    return new Float16(
        Math.min(a.lanes[0], b.lanes[0]),
        Math.min(a.lanes[1], b.lanes[1]),
        Math.min(a.lanes[2], b.lanes[2]),
        Math.min(a.lanes[3], b.lanes[3]),
        Math.min(a.lanes[4], b.lanes[4]),
        Math.min(a.lanes[5], b.lanes[5]),
        Math.min(a.lanes[6], b.lanes[6]),
        Math.min(a.lanes[7], b.lanes[7]),
        Math.min(a.lanes[8], b.lanes[8]),
        Math.min(a.lanes[9], b.lanes[9]),
        Math.min(a.lanes[10], b.lanes[10]),
        Math.min(a.lanes[11], b.lanes[11]),
        Math.min(a.lanes[12], b.lanes[12]),
        Math.min(a.lanes[13], b.lanes[13]),
        Math.min(a.lanes[14], b.lanes[14]),
        Math.min(a.lanes[15], b.lanes[15]));
  }

  public static Float16 max(Float16 a, Float16 b) {
    return new Float16(
        Math.max(a.lanes[0], b.lanes[0]),
        Math.max(a.lanes[1], b.lanes[1]),
        Math.max(a.lanes[2], b.lanes[2]),
        Math.max(a.lanes[3], b.lanes[3]),
        Math.max(a.lanes[4], b.lanes[4]),
        Math.max(a.lanes[5], b.lanes[5]),
        Math.max(a.lanes[6], b.lanes[6]),
        Math.max(a.lanes[7], b.lanes[7]),
        Math.max(a.lanes[8], b.lanes[8]),
        Math.max(a.lanes[9], b.lanes[9]),
        Math.max(a.lanes[10], b.lanes[10]),
        Math.max(a.lanes[11], b.lanes[11]),
        Math.max(a.lanes[12], b.lanes[12]),
        Math.max(a.lanes[13], b.lanes[13]),
        Math.max(a.lanes[14], b.lanes[14]),
        Math.max(a.lanes[15], b.lanes[15]));
  }

  public static float dot(Float16 a, Float16 b) {
    return a.lanes[0] * b.lanes[0]
        + a.lanes[1] * b.lanes[1]
        + a.lanes[2] * b.lanes[2]
        + a.lanes[3] * b.lanes[3]
        + a.lanes[4] * b.lanes[4]
        + a.lanes[5] * b.lanes[5]
        + a.lanes[6] * b.lanes[6]
        + a.lanes[7] * b.lanes[7]
        + a.lanes[8] * b.lanes[8]
        + a.lanes[9] * b.lanes[9]
        + a.lanes[10] * b.lanes[10]
        + a.lanes[11] * b.lanes[11]
        + a.lanes[12] * b.lanes[12]
        + a.lanes[13] * b.lanes[13]
        + a.lanes[14] * b.lanes[14]
        + a.lanes[15] * b.lanes[15];
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

  public float getS8() {
    return lanes[8];
  }

  public void setS8(float value) {
    lanes[8] = value;
  }

  public float getS9() {
    return lanes[9];
  }

  public void setS9(float value) {
    lanes[9] = value;
  }

  public float getS10() {
    return lanes[10];
  }

  public void setS10(float value) {
    lanes[10] = value;
  }

  public float getS11() {
    return lanes[11];
  }

  public void setS11(float value) {
    lanes[11] = value;
  }

  public float getS12() {
    return lanes[12];
  }

  public void setS12(float value) {
    lanes[12] = value;
  }

  public float getS13() {
    return lanes[13];
  }

  public float getS14() {
    return lanes[14];
  }

  public void setS14(float value) {
    lanes[14] = value;
  }

  public float getS15() {
    return lanes[15];
  }

  public void setS15(float value) {
    lanes[15] = value;
  }

  public float get(int index) {
    return lanes[index];
  }

  public void set(int index, float value) {
    lanes[index] = value;
  }

  public void set(Float16 other) {
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
    return toString("{" + "%.3f,".repeat(lanes.length - 1) + "%.3f}");
  }

  /** The lanes as the 16 arguments of a format string. */
  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public String toString(String format) {
    return String.format(
        format, lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7],
        lanes[8], lanes[9], lanes[10], lanes[11], lanes[12], lanes[13], lanes[14], lanes[15]);
  }
}
