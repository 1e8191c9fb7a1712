package org.tornadogru.cli;

import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Option;

/** Where graphs run, and with which kernels. */
public final class DeviceOption {

  /** What {@code run.sh --bitstream} sets, for TornadoVM. */
  private static final String BITSTREAM = "tornado.precompiled.binary";

  @Option(
      names = "--device",
      paramLabel = "ID",
      description =
          "As `run.sh devices` lists them; jvm: the plain JVM. Default: the fastest, marked there.")
  private String id;

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      converter = Word.Kernels.class,
      completionCandidates = Word.Kernels.class,
      description =
          "One implementation of the kernels: ${COMPLETION-CANDIDATES}. Default: auto, the fastest"
              + " for the device.")
  private KernelChoice kernels = KernelChoice.AUTO;

  /** The device as asked for; null for the fastest. */
  String id() {
    return id;
  }

  /** As asked for. */
  public KernelChoice kernels() {
    return kernels;
  }

  /**
   * The device, with the kernels.
   *
   * @throws InvalidInputException if there is a bitstream and the device is no FPGA
   */
  public Device chosen() {
    Device device = (id == null ? Device.fastest() : Device.of(id)).withKernels(kernels);
    if (System.getProperty(BITSTREAM) != null && !device.isFpga()) {
      throw new InvalidInputException(
          "--bitstream is for an FPGA, but device %s (%s) is none"
              .formatted(device.id(), device.description()));
    }
    return device;
  }
}
