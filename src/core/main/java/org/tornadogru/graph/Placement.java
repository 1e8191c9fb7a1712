package org.tornadogru.graph;

import org.tornadogru.device.Device;
import org.tornadogru.kernels.KernelSet;

/**
 * Where graphs run, and with which kernels.
 *
 * @param target the device
 * @param kernels twins that run there
 */
public record Placement(Device target, KernelSet kernels) {

  /** A device, with the kernels that are fastest on it. */
  public static Placement on(Device target) {
    return on(target, KernelChoice.AUTO);
  }

  /**
   * A device, with kernels of the caller's choice.
   *
   * @throws org.tornadogru.nn.InvalidInputException if they do not run there
   */
  public static Placement on(Device target, KernelChoice choice) {
    return new Placement(target, choice.on(target));
  }
}
