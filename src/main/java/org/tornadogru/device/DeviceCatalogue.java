package org.tornadogru.device;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.tornadogru.InvalidInputException;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices of the runtime this process was started with. */
public final class DeviceCatalogue {

  /** The id of the plain-JVM runtime. */
  public static final String PLAIN_JVM = "jvm";

  private static final String GRAPH_CODE_SIZE = "tornado.tvm.maxbytecodesize";

  private DeviceCatalogue() {}

  /** All devices, by backend. */
  public static List<Target> all() {
    makeRoomForGraphs();
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<Target> targets = new ArrayList<>();
    for (int backend = 0; backend < runtime.getNumBackends(); backend++) {
      TornadoBackend driver = runtime.getBackend(backend);
      for (int index = 0; index < driver.getNumDevices(); index++) {
        targets.add(new Target(backend, index, driver.getDevice(index)));
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

  /** The runtime's default device. */
  public static Target defaultTarget() {
    List<Target> all = all();
    if (all.isEmpty()) {
      throw new InvalidInputException(
          "TornadoVM has no device: install an OpenCL or CUDA driver, or use --device jvm");
    }
    return all.getFirst();
  }

  /**
   * The device of an id.
   *
   * @param id {@code backend:index}, or {@code jvm}
   * @throws InvalidInputException if there is no such device, with those there are
   */
  public static Target find(String id) {
    List<Target> all = all();
    return all.stream()
        .filter(target -> target.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new InvalidInputException(unknown(id, all)));
  }

  private static String unknown(String id, List<Target> all) {
    if (all.stream().allMatch(Target::isPlainJvm)) {
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
