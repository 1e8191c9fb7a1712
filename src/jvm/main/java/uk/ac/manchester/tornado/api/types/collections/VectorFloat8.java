package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float8;

/**
 * An array of {@link Float8}, laid over a {@link FloatArray}: vector i is its elements 8 i to 8 i +
 * 7.
 *
 * <p>As a task's argument it has device memory of its own, apart from the device memory of the
 * array that it is laid over.
 */
public final class VectorFloat8 implements TornadoCollectionInterface<FloatBuffer> {

  public static final Class<VectorFloat8> TYPE = VectorFloat8.class;

  private static final long serialVersionUID = 1L;

  private static final int WIDTH = 8;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  private final int length;

  /**
   * Lays vectors over an array and shares its elements; elements beyond the last whole vector are
   * left out.
   */
  public VectorFloat8(FloatArray array) {
    this.array = array;
    length = array.getSize() / WIDTH;
  }

  /** Vectors of zeros. */
  public VectorFloat8(int length) {
    this(new FloatArray(Math.multiplyExact(length, WIDTH)));
  }

  /** A copy of a vector. */
  public Float8 get(int index) {
    int first = index * WIDTH;
    return new Float8(
        array.get(first),
        array.get(first + 1),
        array.get(first + 2),
        array.get(first + 3),
        array.get(first + 4),
        array.get(first + 5),
        array.get(first + 6),
        array.get(first + 7));
  }

  public void set(int index, Float8 value) {
    int first = index * WIDTH;
    array.set(first, value.getS0());
    array.set(first + 1, value.getS1());
    array.set(first + 2, value.getS2());
    array.set(first + 3, value.getS3());
    array.set(first + 4, value.getS4());
    array.set(first + 5, value.getS5());
    array.set(first + 6, value.getS6());
    array.set(first + 7, value.getS7());
  }

  /** Copies as many vectors as this array has. */
  public void set(VectorFloat8 values) {
    set(values.array);
  }

  /** Copies as many elements as this array's vectors have. */
  public void set(FloatArray values) {
    long bytes = (long) length * WIDTH * Float.BYTES;
    MemorySegment.copy(values.getSegment(), 0, array.getSegment(), 0, bytes);
  }

  /** Sets all elements to a value. */
  public void fill(float value) {
    array.init(value);
  }

  /** Sets all elements to zero. */
  public void clear() {
    array.clear();
  }

  /** A copy. */
  public VectorFloat8 duplicate() {
    VectorFloat8 copy = new VectorFloat8(length);
    copy.set(this);
    return copy;
  }

  /** The sum of all vectors, lane by lane. */
  public Float8 sum() {
    Float8 sum = new Float8();
    for (int i = 0; i < length; i++) {
      sum = Float8.add(sum, get(i));
    }
    return sum;
  }

  /** Lanes of a vector. */
  public int vectorWidth() {
    return WIDTH;
  }

  /** How many vectors there are. */
  public int getLength() {
    return length;
  }

  /** How many floats there are. */
  @Override
  public int size() {
    return array.getSize();
  }

  /** The array that this one is laid over. */
  public FloatArray getArray() {
    return array;
  }

  @Override
  public void loadFromBuffer(FloatBuffer buffer) {
    throw new UnsupportedOperationException(
        "TornadoVM loses what is loaded from a buffer; use set");
  }

  /** A copy of the elements. */
  @Override
  public FloatBuffer asBuffer() {
    return FloatBuffer.wrap(array.toHeapArray());
  }

  @Override
  public long getNumBytes() {
    return array.getNumBytesOfSegment();
  }

  @Override
  public long getNumBytesWithHeader() {
    return array.getNumBytesOfSegmentWithHeader();
  }

  @Override
  public MemorySegment getSegment() {
    return array.getSegment();
  }

  @Override
  public MemorySegment getSegmentWithHeader() {
    return array.getSegmentWithHeader();
  }

  @Override
  public String toString() {
    return "VectorFloat8 <" + length + ">";
  }
}
