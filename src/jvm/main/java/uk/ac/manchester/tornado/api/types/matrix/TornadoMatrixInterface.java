package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;

/** A matrix, laid over an array. */
public interface TornadoMatrixInterface<T extends Buffer> extends PrimitiveStorage<T> {

  @Override
  default void loadFromBuffer(T buffer) {
    throw new UnsupportedOperationException(
        "TornadoVM loses what is loaded from a buffer; use set");
  }

  default long getNumBytes() {
    return getSegment().byteSize();
  }

  default long getNumBytesWithHeader() {
    return getSegmentWithHeader().byteSize();
  }

  MemorySegment getSegment();

  MemorySegment getSegmentWithHeader();
}
