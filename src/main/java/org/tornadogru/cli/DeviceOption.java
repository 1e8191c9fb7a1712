package org.tornadogru.cli;

import org.tornadogru.device.DeviceCatalogue;
import org.tornadogru.device.Target;
import picocli.CommandLine.Option;

/** Where graphs run. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "As `run.sh devices` lists them; jvm: the plain JVM. Default: the first one.")
  private String id;

  Target target() {
    return id == null ? DeviceCatalogue.defaultTarget() : DeviceCatalogue.find(id);
  }
}
