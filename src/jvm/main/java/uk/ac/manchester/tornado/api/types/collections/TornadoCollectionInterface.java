package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;

/** An array of vectors. */
public interface TornadoCollectionInterface<T extends Buffer> extends PrimitiveStorage<T> {

  long getNumBytes();

  long getNumBytesWithHeader();

  MemorySegment getSegment();

  MemorySegment getSegmentWithHeader();
}
