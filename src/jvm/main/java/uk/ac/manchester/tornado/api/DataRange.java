package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A part of an array to copy back to the host: offset and size in elements. */
public class DataRange {

  private final TornadoNativeArray array;
  private long elementOffset;
  private long elements;
  private long partialBytes;
  private boolean materialized;

  public DataRange(TornadoNativeArray tornadoNativeArray) {
    array = tornadoNativeArray;
  }

  /** Index of the first element. */
  public DataRange withOffset(long offset) {
    elementOffset = offset;
    return this;
  }

  /** Number of elements; 0, as at first, stands for as many as the array has. */
  public DataRange withSize(long size) {
    elements = size;
    return this;
  }

  /** Checks the range. */
  public void materialize() {
    long size = array.getSize();
    long count = elements == 0 ? size : elements;
    if (elementOffset < 0 || count < 0 || elementOffset > size - count) {
      throw new TornadoRuntimeException(
          "range of %d elements from %d exceeds the array of %d"
              .formatted(count, elementOffset, size));
    }
    partialBytes = count * array.getElementSize();
    materialized = true;
  }

  /** Byte offset from the start of the array's header. */
  public long getOffset() {
    checkMaterialized();
    return TornadoNativeArray.ARRAY_HEADER + byteOffset();
  }

  /** Bytes to copy. */
  public long getPartialSize() {
    checkMaterialized();
    return partialBytes;
  }

  public TornadoNativeArray getArray() {
    return array;
  }

  long byteOffset() {
    return elementOffset * array.getElementSize();
  }

  private void checkMaterialized() {
    if (!materialized) {
      throw new TornadoRuntimeException("call materialize() before the getters of a DataRange");
    }
  }
}
