package org.tornadogru.cli;

import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import picocli.CommandLine.Option;

/** Where graphs run, and with which kernels. */
public final class DeviceOption {

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

  /** As asked for. */
  public KernelChoice kernels() {
    return kernels;
  }

  /** The device, with the kernels. */
  public Device chosen() {
    return (id == null ? Device.fastest() : Device.of(id)).withKernels(kernels);
  }
}
