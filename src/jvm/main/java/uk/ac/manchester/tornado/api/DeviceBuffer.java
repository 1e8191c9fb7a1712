package uk.ac.manchester.tornado.api;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.TornadoCollectionInterface;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat8;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;

/**
 * The device's copy of one host object. Fresh memory is poisoned, so that a task which reads what
 * nobody uploaded shows it: see {@link Poison}.
 */
final class DeviceBuffer {

  /** TornadoVM puts the header of a Java object in front of the array's own. */
  private static final long VECTORS_HEADER_BYTES = 24 + TornadoNativeArray.ARRAY_HEADER;

  private final Object host;
  private final Object device;

  /** Graphs that have it: the first allocates it, others consume it. */
  private final AtomicInteger holders = new AtomicInteger(1);

  private DeviceBuffer(Object host, Object device) {
    this.host = host;
    this.device = device;
  }

  static boolean isData(Object argument) {
    return isDataType(argument.getClass());
  }

  /** Whether objects of a type live in device memory, be it here or in TornadoVM. */
  static boolean isDataType(Class<?> type) {
    return TornadoNativeArray.class.isAssignableFrom(type)
        || PrimitiveStorage.class.isAssignableFrom(type)
        || type.isArray();
  }

  /** Throws unless this runtime can hold the object in device memory. */
  static Object checkType(Object host) {
    return switch (host) {
      case FloatArray floats -> floats;
      case IntArray ints -> ints;
      case HalfFloatArray halves -> halves;
      case VectorFloat4 vectors -> vectors;
      case VectorFloat8 vectors -> vectors;
      case VectorFloat16 vectors -> vectors;
      default -> throw unsupported(host);
    };
  }

  private static UnsupportedOperationException unsupported(Object host) {
    return new UnsupportedOperationException(
        "the plain-JVM runtime cannot hold a "
            + host.getClass().getTypeName()
            + " in device memory");
  }

  static DeviceBuffer allocate(Object host) {
    DeviceMemory.take(bytes(host));
    return new DeviceBuffer(host, poisoned(host));
  }

  /** Another graph has it. */
  void hold() {
    holders.incrementAndGet();
  }

  /** A graph has it no more; the last one gives its memory back. */
  void release() {
    if (holders.decrementAndGet() == 0) {
      DeviceMemory.giveBack(bytes());
    }
  }

  private static Object poisoned(Object host) {
    return switch (host) {
      case FloatArray floats -> poisonedElements(floats);
      case IntArray ints -> {
        IntArray fresh = new IntArray(ints.getSize());
        fresh.init(Poison.INT);
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
      default -> throw unsupported(host);
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

  /** Bytes of device memory, header included, as TornadoVM counts them. */
  long bytes() {
    return bytes(host);
  }

  private static long bytes(Object host) {
    return headerBytes(host) + segment(host).byteSize();
  }

  /** Bytes of an upload, as TornadoVM counts them: those of arrays of vectors twice. */
  long uploadBytes() {
    return host instanceof TornadoNativeArray ? bytes() : 2 * bytes();
  }

  void copyIn() {
    segment(device).copyFrom(segment(host));
  }

  void copyOut() {
    segment(host).copyFrom(segment(device));
  }

  /**
   * @param offset in bytes, from the first element
   */
  void copyOut(long offset, long bytes) {
    MemorySegment.copy(segment(device), offset, segment(host), offset, bytes);
  }

  private static long headerBytes(Object object) {
    return object instanceof TornadoNativeArray
        ? TornadoNativeArray.ARRAY_HEADER
        : VECTORS_HEADER_BYTES;
  }

  private static MemorySegment segment(Object object) {
    return switch (object) {
      case TornadoNativeArray array -> array.getSegment();
      case TornadoCollectionInterface<?> vectors -> vectors.getSegment();
      default -> throw new IllegalArgumentException("not device data: " + object);
    };
  }
}
