package org.tornadogru.spark;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.resource.ResourceInformation;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;

/** Which device a task computes on. */
public final class Devices {

  /** The device that Spark gave a task, or the fastest. */
  public static final String AUTO = "auto";

  private static final String RESOURCE = "gpu";
  private static final Pattern NUMBERED_JVM = Pattern.compile(Device.PLAIN_JVM + ":\\d+");

  private Devices() {}

  /**
   * The device of a name; of {@value #AUTO} the one that Spark gave the task as a resource, by its
   * number among this machine's GPUs or by the id that {@link Device#of} takes. The plain JVM may
   * be numbered, {@code jvm:0}, {@code jvm:1}, since Spark wants a worker's addresses to differ:
   * each is that of the task's executor.
   *
   * @param resources of the task
   * @throws InvalidInputException if there is no such device
   */
  public static Device of(String name, Map<String, ResourceInformation> resources) {
    if (!name.equals(AUTO)) {
      return Device.of(name);
    }
    ResourceInformation given = resources.get(RESOURCE);
    if (given == null) {
      return Device.fastest();
    }
    String address = given.addresses()[0];
    if (NUMBERED_JVM.matcher(address).matches()) {
      return Device.of(Device.PLAIN_JVM);
    }
    return address.matches("\\d+") ? gpu(Integer.parseInt(address)) : Device.of(address);
  }

  private static Device gpu(int number) {
    List<Device> gpus =
        Device.all().stream().filter(each -> each.type() == Device.Type.GPU).toList();
    if (number >= gpus.size()) {
      throw new InvalidInputException(
          "Spark gave this task GPU %d, but TornadoVM sees %d of them here: install its drivers, or name a device"
              .formatted(number, gpus.size()));
    }
    // The backends that reach the same hardware count it each from 0.
    int backend = gpus.getFirst().driver();
    return gpus.stream()
        .filter(each -> each.driver() == backend && each.index() == number)
        .findFirst()
        .orElse(gpus.get(number));
  }
}
