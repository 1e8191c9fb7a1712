package org.tornadogru.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * What an FPGA has instead of a compiler: kernels compiled ahead into bitstreams, which takes
 * hours. Either TornadoVM has each kernel compiled into a bitstream of its own when it is first
 * needed, and keeps it; or one was made of all kernels beforehand, after a {@link Rehearsal}.
 */
final class Bitstreams {

  /** TornadoVM's property: a file with the bitstream of each task. */
  private static final String LIST = "tornado.precompiled.binary";

  /** What TornadoVM takes for a comment in that file names a kernel that there is. */
  private static final String KERNEL = "# kernel ";

  private final Device device;
  private final NamedKernels kernels;

  /** Null where TornadoVM has the kernels compiled. */
  private final Path list;

  Bitstreams(Device device, NamedKernels kernels, Path list) {
    this.device = device;
    this.kernels = kernels;
    this.list = list;
  }

  /** Null where a device has a compiler. */
  static Bitstreams of(Device device) {
    if (!device.isFpga()) {
      return null;
    }
    String list = System.getProperty(LIST);
    return new Bitstreams(device, NamedKernels.ofTornadoVm(), list == null ? null : Path.of(list));
  }

  /** What a list says of a task. */
  static List<String> entry(String kernel, Path bitstream, String task, Device device) {
    return List.of(KERNEL + kernel, "%s,%s.device=%s".formatted(bitstream, task, idOf(device)));
  }

  /** TornadoVM takes a device for the first of its name. */
  private static String idOf(Device device) {
    return Device.all().stream()
        .filter(each -> each.driver() == device.driver())
        .filter(each -> each.platform().equals(device.platform()))
        .filter(each -> each.name().equals(device.name()))
        .findFirst()
        .orElse(device)
        .id();
  }

  /**
   * Sees that the bitstreams which were made beforehand, if they were, have the kernels of a graph.
   *
   * @throws InvalidInputException if they were made for others
   */
  void require(PlanGraph graph) {
    if (list == null) {
      return;
    }
    Set<String> lines = lines();
    for (TaskPackage task : graph.packages().toList()) {
      String end = ",%s.%s.device=%s".formatted(graph.name(), task.getId(), idOf(device));
      if (!lines.contains(KERNEL + kernels.of(task).getName())
          || lines.stream().noneMatch(line -> line.endsWith(end))) {
        throw Refusal.withoutKernel(device, graph, task.getId(), list);
      }
    }
  }

  private Set<String> lines() {
    try {
      return new HashSet<>(Files.readAllLines(list));
    } catch (IOException unreadable) {
      throw new InvalidInputException("cannot read the list of bitstreams " + list, unreadable);
    }
  }

  /**
   * Has a kernel of the graph compiled wherever there is no bitstream of its name. Unasked
   * TornadoVM does so too, but not after another plan was closed. It looks for the bitstream of
   * device 0:0 unless a property of the task says otherwise.
   *
   * @param plan with that graph selected
   */
  void compile(PlanGraph graph, TornadoExecutionPlan plan) {
    if (list != null) {
      return;
    }
    List<String> properties =
        graph.tasks().stream().map(task -> graph.name() + "." + task + ".device").toList();
    String id = idOf(device);
    synchronized (Bitstreams.class) {
      properties.forEach(property -> System.setProperty(property, id));
      try {
        plan.withPreCompilation();
      } finally {
        properties.forEach(System::clearProperty);
      }
    }
  }
}
