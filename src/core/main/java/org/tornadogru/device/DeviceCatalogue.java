package org.tornadogru.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.tornadogru.device.Device.Backend;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices of the runtime this process was started with. */
final class DeviceCatalogue {

  /** In the name of its OpenCL platform. */
  private static final String NVIDIA = "NVIDIA";

  private DeviceCatalogue() {}

  static List<Device> all() {
    TornadoSettings.apply();
    TornadoApi.require();
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<Device> devices = new ArrayList<>();
    for (int driver = 0; driver < runtime.getNumBackends(); driver++) {
      TornadoBackend backend = runtime.getBackend(driver);
      for (int index = 0; index < backend.getNumDevices(); index++) {
        devices.add(described(driver, index, backend.getDevice(index)));
      }
    }
    return devices;
  }

  private static Device described(int driver, int index, TornadoDevice device) {
    return new Device(
        driver,
        index,
        Backend.valueOf(device.getTornadoVMBackend().name()),
        type(device.getDeviceType()),
        device.getPlatformName(),
        device.getDescription().strip(),
        device.getPhysicalDevice().getDeviceMaxComputeUnits(),
        device.getMaxGlobalMemory(),
        device.getPhysicalDevice().getDeviceLocalMemorySize(),
        KernelChoice.AUTO);
  }

  private static Device.Type type(TornadoDeviceType type) {
    return switch (type) {
      case CPU -> Device.Type.CPU;
      case GPU -> Device.Type.GPU;
      case FPGA -> Device.Type.FPGA;
      case ACCELERATOR -> Device.Type.ACCELERATOR;
      default -> Device.Type.OTHER;
    };
  }

  static Device fastest(List<Device> devices) {
    return devices.stream()
        .min(Comparator.comparingInt(DeviceCatalogue::place)) // the first one of several
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "TornadoVM has no device: install an OpenCL or CUDA driver, or start without TornadoVM"));
  }

  /**
   * The order of devices, from 0, the fastest. On an NVIDIA H200 CUDA was faster than OpenCL, and
   * that than PTX, at nearly all shapes; other vendors' GPUs, of which many share the CPU's memory,
   * come after NVIDIA's. What OpenCL calls an accelerator is an FPGA, which takes hours before its
   * first step: nobody gets it unasked where there is a CPU.
   */
  private static int place(Device device) {
    return switch (device.type()) {
      case GPU ->
          switch (device.backend()) {
            case CUDA -> 0;
            case OPENCL -> device.platform().contains(NVIDIA) ? 1 : 3;
            case PTX -> 2;
            default -> 4;
          };
      case CPU -> 5;
      default -> 6;
    };
  }

  static Device find(String id) {
    List<Device> all = all();
    return all.stream()
        .filter(device -> device.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new InvalidInputException(unknown(id, all)));
  }

  private static String unknown(String id, List<Device> all) {
    if (all.stream().allMatch(Device::isPlainJvm)) {
      return "device %s does not exist: TornadoVM is not installed, or TORNADOVM_HOME is not set; without it there is only %s"
          .formatted(id, Device.PLAIN_JVM);
    }
    String known =
        all.stream()
            .map(device -> "%s (%s)".formatted(device.id(), device.description()))
            .collect(Collectors.joining(", "));
    return id.equals(Device.PLAIN_JVM)
        ? "device %s is not in TornadoVM's runtime, which has %s: start without TornadoVM for the plain JVM"
            .formatted(id, known)
        : "device %s does not exist: there are %s".formatted(id, known);
  }
}
