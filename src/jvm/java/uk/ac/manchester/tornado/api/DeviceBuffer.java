package uk.ac.manchester.tornado.api;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.TornadoCollectionInterface;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat8;

/**
 * The device's copy of one host object. Fresh memory is poisoned, so that a task which reads what
 * nobody uploaded shows it: floating-point numbers are NaN, and an integer is far out of any index
 * range.
 */
final class DeviceBuffer {

  private static final int POISONED_INT = Integer.MIN_VALUE;

  private final Object host;
  private final Object device;

  private DeviceBuffer(Object host, Object device) {
    this.host = host;
    this.device = device;
  }

  static boolean isData(Object argument) {
    return argument instanceof TornadoNativeArray
        || argument instanceof TornadoCollectionInterface<?>;
  }

  static DeviceBuffer allocate(Object host) {
    return new DeviceBuffer(host, poisoned(host));
  }

  private static Object poisoned(Object host) {
    return switch (host) {
      case FloatArray floats -> poisonedElements(floats);
      case IntArray ints -> {
        IntArray fresh = new IntArray(ints.getSize());
        fresh.init(POISONED_INT);
        yield fresh;
      }
      case HalfFloatArray halves -> {
        HalfFloatArray fresh = new HalfFloatArray(halves.getSize());
        fresh.init(new HalfFloat(Float.NaN));
        yield fresh;
      }
      case VectorFloat4 vectors -> new VectorFloat4(poisonedElements(vectors.getArray()));
      case VectorFloat8 vectors -> new VectorFloat8(poisonedElements(vectors.getArray()));
      case VectorFloat16 vectors -> new VectorFloat16(poisonedElements(vectors.getArray()));
      default ->
          throw new UnsupportedOperationException(
              "the plain-JVM runtime cannot hold a "
                  + host.getClass().getName()
                  + " in device memory");
    };
  }

  private static FloatArray poisonedElements(FloatArray host) {
    FloatArray fresh = new FloatArray(host.getSize());
    fresh.init(Float.NaN);
    return fresh;
  }

  /** What tasks get instead of the host object. */
  Object device() {
    return device;
  }

  long bytes() {
    return segment(host).byteSize();
  }

  void copyIn(Traffic traffic) {
    MemorySegment source = segment(host);
    segment(device).copyFrom(source);
    traffic.bytesIn += source.byteSize();
  }

  void copyOut(Traffic traffic) {
    copyOut(0, bytes(), traffic);
  }

  void copyOut(long offset, long bytes, Traffic traffic) {
    MemorySegment.copy(segment(device), offset, segment(host), offset, bytes);
    traffic.bytesOut += bytes;
  }

  private static MemorySegment segment(Object object) {
    return switch (object) {
      case TornadoNativeArray array -> array.getSegment();
      case TornadoCollectionInterface<?> vectors -> vectors.getSegment();
      default -> throw new TornadoRuntimeException("not device data: " + object);
    };
  }
}
