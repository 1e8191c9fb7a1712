package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;

/**
 * An array that a task can use: a header of {@link #ARRAY_HEADER} bytes, then the elements.
 *
 * <p>Here, header and elements are one Java array on the heap, so that a hot loop over an array is
 * as fast as a loop over a plain Java array.
 */
public abstract class TornadoNativeArray {

  /** Bytes in front of the first element; the first four hold the number of elements. */
  public static final long ARRAY_HEADER;

  static {
    // Not a constant expression: TornadoVM's value must not be replaced by ours in compiled
    // classes.
    ARRAY_HEADER = HeapStorage.HEADER_BYTES;
  }

  public TornadoNativeArray() {}

  /** Number of elements. */
  public abstract int getSize();

  /** The elements, without the header. */
  public abstract MemorySegment getSegment();

  /** The header and the elements. */
  public abstract MemorySegment getSegmentWithHeader();

  public abstract long getNumBytesOfSegmentWithHeader();

  public abstract long getNumBytesOfSegment();

  /** Sets all elements to zero. */
  protected void clear() {
    getSegment().fill((byte) 0);
  }

  /** Bytes of one element. */
  public abstract int getElementSize();
}
