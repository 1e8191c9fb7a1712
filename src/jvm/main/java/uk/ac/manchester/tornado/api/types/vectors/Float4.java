package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.FloatBuffer;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.math.TornadoMath;

/** A vector of 4 floats. Arithmetic returns a new vector; only the setters change one. */
public final class Float4 implements TornadoVectorsInterface<FloatBuffer> {

  public static final Class<Float4> TYPE = Float4.class;

  private static final long serialVersionUID = 1L;

  // Indexed by constants wherever arithmetic is done: the JIT compiler then keeps lanes in
  // registers and allocates nothing.
  private final float[] lanes;

  /** Zeros. */
  public Float4() {
    lanes = new float[4];
  }

  public Float4(float x, float y, float z, float w) {
    this();
    lanes[0] = x;
    lanes[1] = y;
    lanes[2] = z;
    lanes[3] = w;
  }

  public static Float4 add(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] + b.lanes[0],
        a.lanes[1] + b.lanes[1],
        a.lanes[2] + b.lanes[2],
        a.lanes[3] + b.lanes[3]);
  }

  public static Float4 sub(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] - b.lanes[0],
        a.lanes[1] - b.lanes[1],
        a.lanes[2] - b.lanes[2],
        a.lanes[3] - b.lanes[3]);
  }

  public static Float4 mult(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] * b.lanes[0],
        a.lanes[1] * b.lanes[1],
        a.lanes[2] * b.lanes[2],
        a.lanes[3] * b.lanes[3]);
  }

  public static Float4 div(Float4 a, Float4 b) {
    return new Float4(
        a.lanes[0] / b.lanes[0],
        a.lanes[1] / b.lanes[1],
        a.lanes[2] / b.lanes[2],
        a.lanes[3] / b.lanes[3]);
  }

  public static Float4 add(Float4 a, float b) {
    return new Float4(a.lanes[0] + b, a.lanes[1] + b, a.lanes[2] + b, a.lanes[3] + b);
  }

  public static Float4 sub(Float4 a, float b) {
    return new Float4(a.lanes[0] - b, a.lanes[1] - b, a.lanes[2] - b, a.lanes[3] - b);
  }

  public static Float4 mult(Float4 a, float b) {
    return new Float4(a.lanes[0] * b, a.lanes[1] * b, a.lanes[2] * b, a.lanes[3] * b);
  }

  public static Float4 div(Float4 a, float b) {
    return new Float4(a.lanes[0] / b, a.lanes[1] / b, a.lanes[2] / b, a.lanes[3] / b);
  }

  public static Float4 min(Float4 a, Float4 b) {
    return new Float4(
        Math.min(a.lanes[0], b.lanes[0]),
        Math.min(a.lanes[1], b.lanes[1]),
        Math.min(a.lanes[2], b.lanes[2]),
        Math.min(a.lanes[3], b.lanes[3]));
  }

  public static Float4 max(Float4 a, Float4 b) {
    return new Float4(
        Math.max(a.lanes[0], b.lanes[0]),
        Math.max(a.lanes[1], b.lanes[1]),
        Math.max(a.lanes[2], b.lanes[2]),
        Math.max(a.lanes[3], b.lanes[3]));
  }

  /** The sum of all lanes. */
  public static float sum(Float4 a) {
    return a.lanes[0] + a.lanes[1] + a.lanes[2] + a.lanes[3];
  }

  /** The smallest lane. */
  public static float min(Float4 a) {
    return Math.min(Math.min(a.lanes[0], a.lanes[1]), Math.min(a.lanes[2], a.lanes[3]));
  }

  /** The largest lane. */
  public static float max(Float4 a) {
    return Math.max(Math.max(a.lanes[0], a.lanes[1]), Math.max(a.lanes[2], a.lanes[3]));
  }

  public static Float4 sqrt(Float4 a) {
    return new Float4(
        TornadoMath.sqrt(a.lanes[0]),
        TornadoMath.sqrt(a.lanes[1]),
        TornadoMath.sqrt(a.lanes[2]),
        TornadoMath.sqrt(a.lanes[3]));
  }

  public static Float4 floor(Float4 a) {
    return new Float4(
        TornadoMath.floor(a.lanes[0]),
        TornadoMath.floor(a.lanes[1]),
        TornadoMath.floor(a.lanes[2]),
        TornadoMath.floor(a.lanes[3]));
  }

  public static Float4 clamp(Float4 a, float min, float max) {
    return new Float4(
        TornadoMath.clamp(a.lanes[0], min, max),
        TornadoMath.clamp(a.lanes[1], min, max),
        TornadoMath.clamp(a.lanes[2], min, max),
        TornadoMath.clamp(a.lanes[3], min, max));
  }

  /** The Euclidean length. */
  public static float length(Float4 a) {
    return TornadoMath.sqrt(dot(a, a));
  }

  public static float dot(Float4 a, Float4 b) {
    return a.lanes[0] * b.lanes[0]
        + a.lanes[1] * b.lanes[1]
        + a.lanes[2] * b.lanes[2]
        + a.lanes[3] * b.lanes[3];
  }

  public float getX() {
    return lanes[0];
  }

  public void setX(float value) {
    lanes[0] = value;
  }

  public float getY() {
    return lanes[1];
  }

  public void setY(float value) {
    lanes[1] = value;
  }

  public float getZ() {
    return lanes[2];
  }

  public void setZ(float value) {
    lanes[2] = value;
  }

  public float getW() {
    return lanes[3];
  }

  public void setW(float value) {
    lanes[3] = value;
  }

  public float get(int index) {
    return lanes[index];
  }

  public void set(int index, float value) {
    lanes[index] = value;
  }

  public void set(Float4 other) {
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

  public void fill(float value) {
    Arrays.fill(lanes, value);
  }

  /** A copy. */
  public Float4 duplicate() {
    Float4 copy = new Float4();
    copy.set(this);
    return copy;
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
    return toString("{%.3f,%.3f,%.3f,%.3f}");
  }

  /** The lanes as the 4 arguments of a format string. */
  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public String toString(String format) {
    return String.format(format, lanes[0], lanes[1], lanes[2], lanes[3]);
  }
}
