package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.vectors.Half2;

/** Array of 16-bit floating-point numbers. */
public final class HalfFloatArray extends TornadoNativeArray {

  private static final int HEADER = HeapStorage.HEADER_BYTES / Short.BYTES;

  private final short[] storage;
  private final MemorySegment segment;
  private final MemorySegment elements; // held, since kernels ask for it in hot loops

  /** An array of zeros. */
  public HalfFloatArray(int numberOfElements) {
    this(new short[HeapStorage.length(numberOfElements, Short.BYTES)]);
  }

  private HalfFloatArray(short[] storage) {
    this.storage = storage;
    segment = HeapStorage.withHeader(MemorySegment.ofArray(storage), storage.length - HEADER);
    elements = HeapStorage.withoutHeader(segment);
  }

  public static HalfFloatArray fromArray(HalfFloat[] values) {
    HalfFloatArray array = new HalfFloatArray(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }

  public static HalfFloatArray fromElements(HalfFloat... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements. */
  public static HalfFloatArray fromSegment(MemorySegment segment) {
    HalfFloatArray array = new HalfFloatArray(HeapStorage.size(segment, Short.BYTES));
    array.getSegment().copyFrom(segment);
    return array;
  }

  /** Shares a segment that has a header in front of its elements. */
  public static HalfFloatArray fromSegmentShallow(MemorySegment segment) {
    return new HalfFloatArray(HeapStorage.shared(segment, short[].class));
  }

  public static void initialize(HalfFloatArray array, HalfFloat value) {
    array.init(value);
  }

  /** Copies the arrays one after the other. */
  public static HalfFloatArray concat(HalfFloatArray... arrays) {
    HalfFloatArray all =
        new HalfFloatArray(Arrays.stream(arrays).mapToInt(HalfFloatArray::getSize).sum());
    int end = HEADER;
    for (HalfFloatArray array : arrays) {
      System.arraycopy(array.storage, HEADER, all.storage, end, array.getSize());
      end += array.getSize();
    }
    return all;
  }

  /** A copy of the elements. */
  public HalfFloat[] toHeapArray() {
    HalfFloat[] values = new HalfFloat[getSize()];
    Arrays.setAll(values, this::get);
    return values;
  }

  /** A copy of the elements' bits. */
  public short[] toShortArray() {
    return Arrays.copyOfRange(storage, HEADER, storage.length);
  }

  public void set(int index, HalfFloat value) {
    storage[place(index)] = value.getHalfFloatValue();
  }

  public HalfFloat get(int index) {
    return new HalfFloat(storage[place(index)]);
  }

  /** A copy of two elements. */
  public Half2 getHalf2(int index) {
    return new Half2(get(index), get(index + 1));
  }

  /** Sets two elements. */
  public void setHalf2(int index, Half2 value) {
    set(index, value.getX());
    set(index + 1, value.getY());
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
    return Short.BYTES;
  }

  /** Sets all elements to a value. */
  public void init(HalfFloat value) {
    Arrays.fill(storage, HEADER, storage.length, value.getHalfFloatValue());
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
  public HalfFloatArray slice(int offset, int length) {
    HeapStorage.checkSlice(offset, length, getSize());
    HalfFloatArray slice = new HalfFloatArray(length);
    System.arraycopy(storage, HEADER + offset, slice.storage, HEADER, length);
    return slice;
  }
}
