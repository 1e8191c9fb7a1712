package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import java.util.Arrays;

/** Array of ints. */
public final class IntArray extends TornadoNativeArray {

  private static final int HEADER = HeapStorage.HEADER_BYTES / Integer.BYTES;

  private final int[] storage;
  private final MemorySegment segment;
  private final MemorySegment elements; // held, since kernels ask for it in hot loops

  /** An array of zeros. */
  public IntArray(int numberOfElements) {
    this(new int[HeapStorage.length(numberOfElements, Integer.BYTES)]);
  }

  private IntArray(int[] storage) {
    this.storage = storage;
    segment = HeapStorage.withHeader(MemorySegment.ofArray(storage), storage.length - HEADER);
    elements = HeapStorage.withoutHeader(segment);
  }

  public static IntArray fromArray(int[] values) {
    IntArray array = new IntArray(values.length);
    System.arraycopy(values, 0, array.storage, HEADER, values.length);
    return array;
  }

  public static IntArray fromElements(int... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements. */
  public static IntArray fromSegment(MemorySegment segment) {
    IntArray array = new IntArray(HeapStorage.size(segment, Integer.BYTES));
    array.getSegment().copyFrom(segment);
    return array;
  }

  /** Shares a segment that has a header in front of its elements. */
  public static IntArray fromSegmentShallow(MemorySegment segment) {
    return new IntArray(HeapStorage.shared(segment, int[].class));
  }

  /** Copies what remains in the buffer. */
  public static IntArray fromIntBuffer(IntBuffer buffer) {
    IntArray array = new IntArray(buffer.remaining());
    buffer.duplicate().get(array.storage, HEADER, array.getSize());
    return array;
  }

  public static void initialize(IntArray array, int value) {
    array.init(value);
  }

  /** Copies the arrays one after the other. */
  public static IntArray concat(IntArray... arrays) {
    IntArray all = new IntArray(Arrays.stream(arrays).mapToInt(IntArray::getSize).sum());
    int end = HEADER;
    for (IntArray array : arrays) {
      System.arraycopy(array.storage, HEADER, all.storage, end, array.getSize());
      end += array.getSize();
    }
    return all;
  }

  /** A copy of the elements. */
  public int[] toHeapArray() {
    return Arrays.copyOfRange(storage, HEADER, storage.length);
  }

  public void set(int index, int value) {
    storage[index + HEADER] = value;
  }

  public int get(int index) {
    return storage[index + HEADER];
  }

  @Override
  public void clear() {
    super.clear();
  }

  @Override
  public int getElementSize() {
    return Integer.BYTES;
  }

  /** Sets all elements to a value. */
  public void init(int value) {
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
  public IntArray slice(int offset, int length) {
    HeapStorage.checkSlice(offset, length, getSize());
    IntArray slice = new IntArray(length);
    System.arraycopy(storage, HEADER + offset, slice.storage, HEADER, length);
    return slice;
  }
}
