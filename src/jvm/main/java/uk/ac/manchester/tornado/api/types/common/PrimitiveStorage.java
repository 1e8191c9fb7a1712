package uk.ac.manchester.tornado.api.types.common;

import java.io.Serializable;
import java.nio.Buffer;

/** Numbers of one primitive type, next to each other. */
public interface PrimitiveStorage<T extends Buffer> extends Serializable {

  /** Replaces the numbers by those that remain in the buffer. */
  void loadFromBuffer(T buffer);

  T asBuffer();

  /** How many numbers there are. */
  int size();
}
