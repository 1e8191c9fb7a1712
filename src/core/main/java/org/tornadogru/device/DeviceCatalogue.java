package org.tornadogru.device;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices of the runtime this process was started with. */
public final class DeviceCatalogue {

  /** The id of the plain-JVM runtime. */
  public static final String PLAIN_JVM = "jvm";

  /** In the name of its OpenCL platform. */
  private static final String NVIDIA = "NVIDIA";

  private static final String GRAPH_CODE_SIZE = "tornado.tvm.maxbytecodesize";

  private DeviceCatalogue() {}

  /** All devices, by backend. */
  public static List<Device> all() {
    makeRoomForGraphs();
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<Device> targets = new ArrayList<>();
    for (int backend = 0; backend < runtime.getNumBackends(); backend++) {
      TornadoBackend driver = runtime.getBackend(backend);
      for (int index = 0; index < driver.getNumDevices(); index++) {
        targets.add(new Device(backend, index, driver.getDevice(index)));
      }
    }
    return targets;
  }

  /**
   * TornadoVM's buffer for the code of a graph holds a hundred tasks or so, less than a step of a
   * stack of bidirectional layers. It is read when the first graph is compiled.
   */
  private static void makeRoomForGraphs() {
    if (TornadoRuntimeProvider.getProperty(GRAPH_CODE_SIZE) == null) {
      TornadoRuntimeProvider.setProperty(GRAPH_CODE_SIZE, Integer.toString(1 << 16));
    }
  }

  /** The fastest device that there is, as far as its kind and its backend tell. */
  public static Device defaultTarget() {
    return fastest(all());
  }

  static Device fastest(List<Device> targets) {
    return targets.stream()
        .min(Comparator.comparingInt(DeviceCatalogue::place)) // the first one of several
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "TornadoVM has no device: install an OpenCL or CUDA driver, or use --device jvm"));
  }

  /**
   * The order of devices, from 0, the fastest. On an NVIDIA H200 CUDA was faster than OpenCL, and
   * that than PTX, at nearly all shapes; other vendors' GPUs, of which many share the CPU's memory,
   * come after NVIDIA's. What OpenCL calls an accelerator is an FPGA, which takes hours before its
   * first step: nobody gets it unasked where there is a CPU.
   */
  private static int place(Device target) {
    return switch (target.type()) {
      case GPU ->
          switch (target.backendType()) {
            case CUDA -> 0;
            case OPENCL -> target.device().getPlatformName().contains(NVIDIA) ? 1 : 3;
            case PTX -> 2;
            default -> 4;
          };
      case CPU -> 5;
      default -> 6;
    };
  }

  /**
   * The device of an id.
   *
   * @param id {@code backend:index}, or {@code jvm}
   * @throws InvalidInputException if there is no such device, with those there are
   */
  public static Device find(String id) {
    List<Device> all = all();
    return all.stream()
        .filter(target -> target.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new InvalidInputException(unknown(id, all)));
  }

  private static String unknown(String id, List<Device> all) {
    if (all.stream().allMatch(Device::isPlainJvm)) {
      return "device %s does not exist: TornadoVM is not installed, or TORNADOVM_HOME is not set; without it there is only --device %s"
          .formatted(id, PLAIN_JVM);
    }
    if (id.equals(PLAIN_JVM)) {
      return "device %s is not in TornadoVM's runtime: start with ./%s, which then leaves TornadoVM out"
          .formatted(PLAIN_JVM, Starter.name());
    }
    String known =
        all.stream()
            .map(target -> "%s (%s)".formatted(target.id(), target.description()))
            .collect(Collectors.joining(", "));
    return "device %s does not exist; `./%s devices` lists %s".formatted(id, Starter.name(), known);
  }

  /** Whether this process runs on TornadoVM's own runtime. */
  public static boolean hasTornadoVm() {
    return all().stream().anyMatch(target -> target.backendType() != TornadoVMBackendType.JAVA);
  }
}
