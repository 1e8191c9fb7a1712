package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A vector of any length, laid over a {@link FloatArray}. */
public final class VectorFloat implements TornadoCollectionInterface<FloatBuffer> {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  private final int length;

  /** Shares the first elements of an array. */
  public VectorFloat(int length, FloatArray array) {
    this.length = length;
    this.array = array;
  }

  /** Zeros. */
  public VectorFloat(int length) {
    this(length, new FloatArray(length));
  }

  /** Shares the elements of an array. */
  public VectorFloat(FloatArray array) {
    this(array.getSize(), array);
  }

  /** The smallest element. */
  public static float min(VectorFloat vector) {
    float min = vector.get(0);
    for (int i = 1; i < vector.length; i++) {
      min = TornadoMath.min(min, vector.get(i));
    }
    return min;
  }

  /** The largest element. */
  public static float max(VectorFloat vector) {
    float max = vector.get(0);
    for (int i = 1; i < vector.length; i++) {
      max = TornadoMath.max(max, vector.get(i));
    }
    return max;
  }

  public static float dot(VectorFloat a, VectorFloat b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }

  public float get(int index) {
    return array.get(index);
  }

  public void set(int index, float value) {
    array.set(index, value);
  }

  /** Copies all elements of another vector. */
  public void set(VectorFloat values) {
    for (int i = 0; i < values.length; i++) {
      set(i, values.get(i));
    }
  }

  /** Copies all elements of a Java array. */
  public void set(float[] values) {
    for (int i = 0; i < values.length; i++) {
      set(i, values[i]);
    }
  }

  /** Sets all elements to a value. */
  public void fill(float value) {
    array.init(value);
  }

  /** Sets all elements to zero. */
  public void clear() {
    array.clear();
  }

  /** A copy of some of the elements. */
  public VectorFloat subVector(int start, int length) {
    return new VectorFloat(array.slice(start, length));
  }

  /** A copy. */
  public VectorFloat duplicate() {
    return subVector(0, length);
  }

  /** Whether all elements are the same, bit by bit. */
  public boolean isEqual(VectorFloat other) {
    return TornadoMath.isEqual(array, other.array);
  }

  @Override
  public int size() {
    return length;
  }

  public int getLength() {
    return length;
  }

  /** The array that this vector is laid over. */
  public FloatArray getArray() {
    return array;
  }

  /** A copy of the elements. */
  @Override
  public FloatBuffer asBuffer() {
    return FloatBuffer.wrap(array.toHeapArray());
  }

  @Override
  public MemorySegment getSegment() {
    return array.getSegment();
  }

  @Override
  public MemorySegment getSegmentWithHeader() {
    return array.getSegmentWithHeader();
  }

  /** Each element with a format string. */
  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public String toString(String format) {
    StringBuilder text = new StringBuilder("[ ");
    for (int i = 0; i < length; i++) {
      text.append(String.format(format, get(i))).append(' ');
    }
    return text.append(']').toString();
  }

  @Override
  public String toString() {
    return "VectorFloat <" + length + ">";
  }
}
