package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.Buffer;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;

/** A vector of a fixed number of lanes. */
public interface TornadoVectorsInterface<T extends Buffer> extends PrimitiveStorage<T> {

  long getNumBytes();
}
