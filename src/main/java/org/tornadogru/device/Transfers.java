package org.tornadogru.device;

/**
 * Bytes that crossed between host and device memory, array headers included.
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
