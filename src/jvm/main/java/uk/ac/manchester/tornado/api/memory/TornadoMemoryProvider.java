package uk.ac.manchester.tornado.api.memory;

/** A device's memory. */
public interface TornadoMemoryProvider {

  /** How many bytes it has. */
  long getHeapSize();
}
