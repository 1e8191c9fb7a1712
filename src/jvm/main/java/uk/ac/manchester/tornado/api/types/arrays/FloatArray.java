package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;

/** Array of floats. */
public final class FloatArray extends TornadoNativeArray {

  private static final int HEADER = HeapStorage.HEADER_BYTES / Float.BYTES;

  private final float[] storage;
  private final MemorySegment segment;
  private final MemorySegment elements; // held, since kernels ask for it in hot loops

  /** An array of zeros. */
  public FloatArray(int numberOfElements) {
    this(new float[HeapStorage.length(numberOfElements, Float.BYTES)]);
  }

  private FloatArray(float[] storage) {
    this.storage = storage;
    segment = HeapStorage.withHeader(MemorySegment.ofArray(storage), storage.length - HEADER);
    elements = HeapStorage.withoutHeader(segment);
  }

  public static FloatArray fromArray(float[] values) {
    FloatArray array = new FloatArray(values.length);
    System.arraycopy(values, 0, array.storage, HEADER, values.length);
    return array;
  }

  public static FloatArray fromElements(float... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements. */
  public static FloatArray fromSegment(MemorySegment segment) {
    FloatArray array = new FloatArray(HeapStorage.size(segment, Float.BYTES));
    array.getSegment().copyFrom(segment);
    return array;
  }

  /** Shares a segment that has a header in front of its elements. */
  public static FloatArray fromSegmentShallow(MemorySegment segment) {
    return new FloatArray(HeapStorage.shared(segment, float[].class));
  }

  /** Copies what remains in the buffer. */
  public static FloatArray fromFloatBuffer(FloatBuffer buffer) {
    FloatArray array = new FloatArray(buffer.remaining());
    buffer.duplicate().get(array.storage, HEADER, array.getSize());
    return array;
  }

  public static void initialize(FloatArray array, float value) {
    array.init(value);
  }

  /** Copies the arrays one after the other. */
  public static FloatArray concat(FloatArray... arrays) {
    FloatArray all = new FloatArray(Arrays.stream(arrays).mapToInt(FloatArray::getSize).sum());
    int end = HEADER;
    for (FloatArray array : arrays) {
      System.arraycopy(array.storage, HEADER, all.storage, end, array.getSize());
      end += array.getSize();
    }
    return all;
  }

  /** A copy of the elements. */
  public float[] toHeapArray() {
    return Arrays.copyOfRange(storage, HEADER, storage.length);
  }

  public void set(int index, float value) {
    storage[place(index)] = value;
  }

  public float get(int index) {
    return storage[place(index)];
  }

  /** Where an element is; an index out of bounds must not be one of the header. */
  private int place(int index) {
    return Objects.checkIndex(index, storage.length - HEADER) + HEADER;
  }

  @Override
  public void clear() {
    super.clear();
  }

  @Override
  public int getElementSize() {
    return Float.BYTES;
  }

  /** Sets all elements to a value. */
  public void init(float value) {
    Arrays.fill(storage, HEADER, storage.length, value);
  }

  @Override
  public int getSize() {
    return storage.length - HEADER;
  }

  @Override
  public MemorySegment getSegment() {
    return elements;
  }

  @Override
  public MemorySegment getSegmentWithHeader() {
    return segment;
  }

  @Override
  public long getNumBytesOfSegmentWithHeader() {
    return segment.byteSize();
  }

  @Override
  public long getNumBytesOfSegment() {
    return elements.byteSize();
  }

  /** A copy of some of the elements. */
  public FloatArray slice(int offset, int length) {
    HeapStorage.checkSlice(offset, length, getSize());
    FloatArray slice = new FloatArray(length);
    System.arraycopy(storage, HEADER + offset, slice.storage, HEADER, length);
    return slice;
  }
}
