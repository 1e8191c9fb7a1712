package uk.ac.manchester.tornado.api;

import java.util.concurrent.atomic.AtomicLong;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * How much the device's memory holds: without end, unless {@value #PROPERTY} says how much, in
 * TornadoVM's words: {@code 300}, {@code 300B}, {@code 64KB}, {@code 64MB} or {@code 4GB}.
 */
final class DeviceMemory {

  private static final String PROPERTY = "tornado.device.memory";
  private static final String UNITS = "KMGTPE";

  private static final AtomicLong TAKEN = new AtomicLong();

  private DeviceMemory() {}

  /**
   * Takes some.
   *
   * @throws TornadoOutOfMemoryException if there is not as much left
   */
  static void take(long bytes) {
    String size = System.getProperty(PROPERTY);
    if (TAKEN.addAndGet(bytes) > (size == null ? Long.MAX_VALUE : parse(size))) {
      giveBack(bytes);
      throw new TornadoOutOfMemoryException(
          "Unable to allocate "
              + bytes
              + " bytes of memory. To increase the maximum device memory, use -D"
              + PROPERTY
              + "=<X>GB");
    }
  }

  static void giveBack(long bytes) {
    TAKEN.addAndGet(-bytes);
  }

  private static long parse(String size) {
    String number = size.endsWith("B") ? size.substring(0, size.length() - 1) : size;
    int unit = number.isEmpty() ? -1 : UNITS.indexOf(number.charAt(number.length() - 1));
    return unit < 0
        ? Long.parseLong(number)
        : Long.parseLong(number.substring(0, number.length() - 1)) << (10 * (unit + 1));
  }
}
