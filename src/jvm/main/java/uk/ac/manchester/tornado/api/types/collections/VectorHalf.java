package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.ShortBuffer;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** A vector of any length, laid over a {@link HalfFloatArray}. */
public final class VectorHalf implements TornadoCollectionInterface<ShortBuffer> {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final HalfFloatArray array;

  private final int length;

  /** Shares the first elements of an array. */
  public VectorHalf(int length, HalfFloatArray array) {
    this.length = length;
    this.array = array;
  }

  /** Zeros. */
  public VectorHalf(int length) {
    this(length, new HalfFloatArray(length));
  }

  /** Shares the elements of an array. */
  public VectorHalf(HalfFloatArray array) {
    this(array.getSize(), array);
  }

  public static HalfFloat dot(VectorHalf a, VectorHalf b) {
    HalfFloat sum = new HalfFloat(0f);
    for (int i = 0; i < a.length; i++) {
      sum = HalfFloat.add(sum, HalfFloat.mult(a.get(i), b.get(i)));
    }
    return sum;
  }

  public HalfFloat get(int index) {
    return array.get(index);
  }

  public void set(int index, HalfFloat value) {
    array.set(index, value);
  }

  /** Copies all elements of another vector. */
  public void set(VectorHalf values) {
    for (int i = 0; i < values.length; i++) {
      set(i, values.get(i));
    }
  }

  /** Copies all elements of a Java array. */
  public void set(HalfFloat[] values) {
    for (int i = 0; i < values.length; i++) {
      set(i, values[i]);
    }
  }

  /** Sets all elements to a value. */
  public void fill(HalfFloat value) {
    array.init(value);
  }

  /** Sets all elements to zero. */
  public void clear() {
    array.clear();
  }

  /** A copy of some of the elements. */
  public VectorHalf subVector(int start, int length) {
    return new VectorHalf(array.slice(start, length));
  }

  /** A copy. */
  public VectorHalf duplicate() {
    return subVector(0, length);
  }

  /** Whether all elements are the same, bit by bit. */
  public boolean isEqual(VectorHalf other) {
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
  public HalfFloatArray getArray() {
    return array;
  }

  /** A copy of the elements. */
  @Override
  public ShortBuffer asBuffer() {
    return ShortBuffer.wrap(array.toShortArray());
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
      text.append(String.format(format, get(i).getFloat32())).append(' ');
    }
    return text.append(']').toString();
  }

  @Override
  public String toString() {
    return "VectorHalf <" + length + ">";
  }
}
