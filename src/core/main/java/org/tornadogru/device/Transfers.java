package org.tornadogru.device;

/**
 * Bytes of the arrays that crossed between host and device memory, with their headers, as the
 * graphs ask for it. What TornadoVM itself needs to launch a task (24 bytes each) is not in it, nor
 * is what it uploads unasked before an array's first use, nor what checks a first execution.
 *
 * @param toDevice from host to device
 * @param fromDevice from device to host
 */
public record Transfers(long toDevice, long fromDevice) {

  /** Nothing moved. */
  public static final Transfers NONE = new Transfers(0, 0);

  public Transfers plus(Transfers other) {
    return new Transfers(toDevice + other.toDevice, fromDevice + other.fromDevice);
  }

  public Transfers minus(Transfers other) {
    return new Transfers(toDevice - other.toDevice, fromDevice - other.fromDevice);
  }
}
