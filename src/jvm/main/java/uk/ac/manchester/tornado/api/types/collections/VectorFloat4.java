package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/**
 * An array of {@link Float4}, laid over a {@link FloatArray}: vector i is its elements 4 i to 4 i +
 * 3.
 *
 * <p>As a task's argument it has device memory of its own, apart from the device memory of the
 * array that it is laid over.
 */
public final class VectorFloat4 implements TornadoCollectionInterface<FloatBuffer> {

  public static final Class<VectorFloat4> TYPE = VectorFloat4.class;

  private static final long serialVersionUID = 1L;

  private static final int WIDTH = 4;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  private final int length;

  /**
   * Lays vectors over an array and shares its elements; elements beyond the last whole vector are
   * left out.
   */
  public VectorFloat4(FloatArray array) {
    this.array = array;
    length = array.getSize() / WIDTH;
  }

  /** Vectors of zeros. */
  public VectorFloat4(int length) {
    this(new FloatArray(Math.multiplyExact(length, WIDTH)));
  }

  /** A copy of a vector. */
  public Float4 get(int index) {
    int first = index * WIDTH;
    return new Float4(
        array.get(first), array.get(first + 1), array.get(first + 2), array.get(first + 3));
  }

  public void set(int index, Float4 value) {
    int first = index * WIDTH;
    array.set(first, value.getX());
    array.set(first + 1, value.getY());
    array.set(first + 2, value.getZ());
    array.set(first + 3, value.getW());
  }

  /** Copies as many vectors as this array has. */
  public void set(VectorFloat4 values) {
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
  public VectorFloat4 duplicate() {
    VectorFloat4 copy = new VectorFloat4(length);
    copy.set(this);
    return copy;
  }

  /** The sum of all vectors, lane by lane. */
  public Float4 sum() {
    Float4 sum = new Float4();
    for (int i = 0; i < length; i++) {
      sum = Float4.add(sum, get(i));
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
    return "VectorFloat4 <" + length + ">";
  }
}
