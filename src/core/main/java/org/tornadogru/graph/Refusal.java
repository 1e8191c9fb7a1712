package org.tornadogru.graph;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelArrays;
import org.tornadogru.nn.InvalidInputException;

/** What is said when a device does not do what a graph wants. */
final class Refusal {

  /** What TornadoVM wraps a reason in, more than once. */
  private static final Pattern WRAPPING =
      Pattern.compile(
          "^(Bailout is disabled\\.|Reason:|The internal error is:|Unable to compile)\\s*");

  private static final String STACK_TRACE = "Stacktrace:";

  private Refusal() {}

  /** TornadoVM threw something. */
  static InvalidInputException of(Device device, PlanGraph graph, Throwable failure) {
    String message =
        "device %s (%s) refused graph %s: %s; try another device"
            .formatted(device.id(), device.backend(), graph.name(), reason(failure));
    return isOutOfMemory(failure)
        ? new DeviceMemoryException(message, failure)
        : new InvalidInputException(message, failure);
  }

  private static boolean isOutOfMemory(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(each -> each.getClass().getSimpleName().equals("TornadoOutOfMemoryException"));
  }

  /** The driver did not launch a task, and TornadoVM went on. */
  static InvalidInputException ofTask(Device device, PlanGraph graph, String task) {
    return new InvalidInputException(
        "device %s (%s) did not launch task %s of graph %s; what TornadoVM printed above may say why; try another device"
            .formatted(device.id(), device.backend(), task, graph.name()));
  }

  /** The bitstreams that were made beforehand are not for this. */
  static InvalidInputException withoutKernel(
      Device device, PlanGraph graph, String task, Path list) {
    return new InvalidInputException(
        "%s lists no bitstream with the kernel of task %s of graph %s on device %s: it is of another command, model, shape or version; synthesize it anew"
            .formatted(list, task, graph.name(), device.id()));
  }

  /** Work-items would share what each should have for itself, see {@link KernelArrays}. */
  static InvalidInputException sharingArrays(Device device, PlanGraph graph) {
    return new InvalidInputException(
        "device %s (%s) would compute graph %s wrongly: a task with @Reduce was compiled in this process, and from then on TornadoVM lets work-items share arrays; run such tasks in a process of their own, or choose kernels annotated"
            .formatted(device.id(), device.backend(), graph.name()));
  }

  /** What came back is not what the graph computes. */
  static InvalidInputException withoutResult(Device device, PlanGraph graph) {
    return new InvalidInputException(
        "device %s (%s) gave no result for graph %s: it did not launch one of its tasks, or did not copy; what TornadoVM printed above may say why; try another device"
            .formatted(device.id(), device.backend(), graph.name()));
  }

  /** NaN came out of finite numbers in a first execution. */
  static InvalidInputException notANumber(Device device, PlanGraph graph) {
    return new InvalidInputException(
        "device %s (%s) computed NaN from finite numbers in the first execution of graph %s: it did not launch one of its tasks (what TornadoVM printed above may say why), or a number overflowed; try another device, or smaller weights"
            .formatted(device.id(), device.backend(), graph.name()));
  }

  /**
   * Whether something was thrown by TornadoVM or its compiler: not by us or the virtual machine.
   */
  static boolean isTornadoVms(Throwable failure) {
    String name = failure.getClass().getName();
    return name.startsWith("uk.ac.manchester.tornado.") || name.contains(".graal.");
  }

  /** The innermost reason, in one line. */
  static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root.getMessage() == null) {
      return root.toString();
    }
    List<String> lines =
        TerminalColors.removedFrom(root.getMessage())
            .lines()
            .map(String::strip)
            .takeWhile(line -> !line.startsWith(STACK_TRACE))
            .toList();
    Optional<String> innermost =
        lines.reversed().stream()
            .map(line -> WRAPPING.matcher(line).replaceFirst(""))
            .map(line -> line.endsWith(".") ? line.substring(0, line.length() - 1) : line)
            .filter(Predicate.not(String::isBlank))
            .findFirst();
    return innermost.orElse(root.toString());
  }
}
