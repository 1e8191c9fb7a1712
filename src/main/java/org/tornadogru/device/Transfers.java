package org.tornadogru.device;

/**
 * Bytes that crossed between host and device memory, as TornadoVM counts them: with array headers,
 * and to the device with a call frame of 24 bytes for each task of each execution.
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
