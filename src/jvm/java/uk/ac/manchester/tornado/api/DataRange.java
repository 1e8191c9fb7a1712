package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A part of an array to copy back to the host: offset and size in elements. */
public class DataRange {

  private final TornadoNativeArray array;
  private long elementOffset;
  private long elements = -1;
  private boolean materialized;

  public DataRange(TornadoNativeArray tornadoNativeArray) {
    array = tornadoNativeArray;
    elementOffset = 0;
    elements = tornadoNativeArray.getSize();
  }

  /** Index of the first element. */
  public DataRange withOffset(long offset) {
    elementOffset = offset;
    return this;
  }

  /** Number of elements. */
  public DataRange withSize(long size) {
    elements = size;
    return this;
  }

  /** Checks the range. */
  public void materialize() {
    if (elementOffset + elements > array.getSize()) {
      throw new TornadoRuntimeException(
          "range of "
              + elements
              + " elements from "
              + elementOffset
              + " exceeds the array of "
              + array.getSize());
    }
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
    return elements * array.getElementSize();
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
