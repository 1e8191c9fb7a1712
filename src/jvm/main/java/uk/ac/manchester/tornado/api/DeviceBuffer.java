package uk.ac.manchester.tornado.api;

import static uk.ac.manchester.tornado.api.DeviceData.segment;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The device's copy of one host object. Fresh memory is poisoned, so that a task which reads what
 * nobody uploaded shows it: see {@link Poison}.
 */
final class DeviceBuffer {

  private final Object host;
  private final Object device;

  /** Graphs that have it: the first allocates it, others consume it. */
  private final AtomicInteger holders = new AtomicInteger(1);

  private DeviceBuffer(Object host, Object device) {
    this.host = host;
    this.device = device;
  }

  static DeviceBuffer allocate(Object host) {
    if (!DeviceData.isArray(host)) {
      DeviceObject fields = new DeviceObject(host);
      DeviceMemory.take(fields.bytes());
      return new DeviceBuffer(host, fields.allocate());
    }
    DeviceMemory.take(DeviceData.bytes(host));
    return new DeviceBuffer(host, DeviceData.like(host));
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

  /** What tasks get instead of the host object, unless it has the device's fields then. */
  Object device() {
    return device instanceof DeviceObject ? host : device;
  }

  /** Gives an object with fields the device's, or its own back. */
  void exchangeFields() {
    if (device instanceof DeviceObject fields) {
      fields.exchange();
    }
  }

  /** Whether an array is that of a field. */
  boolean holds(Object array) {
    return device instanceof DeviceObject fields && fields.holds(array);
  }

  /** Bytes of device memory, header included, as TornadoVM counts them. */
  long bytes() {
    return DeviceData.bytes(device);
  }

  /** Bytes of an upload, as TornadoVM counts them: those of arrays of vectors twice. */
  long uploadBytes() {
    return host instanceof TornadoNativeArray ? bytes() : 2 * bytes();
  }

  void copyIn() {
    if (device instanceof DeviceObject fields) {
      fields.copyIn();
    } else {
      DeviceData.copy(host, device);
    }
  }

  void copyOut() {
    if (device instanceof DeviceObject fields) {
      fields.copyOut();
    } else {
      DeviceData.copy(device, host);
    }
  }

  /**
   * @param offset in bytes, from the first element
   */
  void copyOut(long offset, long bytes) {
    MemorySegment.copy(segment(device), offset, segment(host), offset, bytes);
  }
}
