package org.tornadogru.graph;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A run for an FPGA without bitstreams, which tells what is to be in them: the source of each
 * kernel, and the list of tasks. The first execution of a graph has TornadoVM generate the code of
 * its tasks, and runs them as Java, so that the run goes on as it would; later executions leave the
 * results of the first.
 *
 * <p>TornadoVM takes no interest in a task's source but to hand it to a compiler: the one that it
 * is told of for a rehearsal copies {@code KERNEL.cl} to {@value #SOURCES}, and makes nothing.
 */
final class Rehearsal {

  /** A directory, for what is found out. */
  static final String PROPERTY = "tornado-gru.rehearsal";

  private static final String SOURCES = "sources";

  private final Path directory;
  private final Placement placement;
  private final NamedKernels kernels = NamedKernels.ofTornadoVm();
  private final Set<PlanGraph> performed = new HashSet<>();

  private Rehearsal(Path directory, Placement placement) {
    this.directory = directory;
    this.placement = placement;
  }

  /** Null if this process does not rehearse. */
  static Rehearsal on(Placement placement) {
    String directory = System.getProperty(PROPERTY);
    return directory == null || !placement.device().isFpga()
        ? null
        : new Rehearsal(Path.of(directory), placement);
  }

  void perform(PlanGraph graph) {
    if (performed.add(graph)) {
      graph.packages().forEach(task -> perform(graph.name(), task));
    }
  }

  private void perform(String graph, TaskPackage task) {
    Method kernel = kernels.of(task);
    Object[] parameters = task.getTaskParameters();
    Object[] arguments = Arrays.copyOfRange(parameters, 1, parameters.length);
    Path source = directory.resolve(SOURCES, kernel.getName() + ".cl");
    try {
      if (!Files.exists(source)) {
        generate(graph, task, arguments, source);
      }
      Files.write(
          directory.resolve("tasks"),
          Bitstreams.entry(
              kernel.getName(),
              directory.resolve("kernels.aocx"),
              graph + "." + task.getId(),
              placement.device()),
          CREATE,
          APPEND);
      kernel.invoke(null, arguments);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void generate(String graph, TaskPackage task, Object[] arguments, Path source) {
    ImmutableTaskGraph alone =
        new TaskGraph(graph)
            .transferToDevice(
                DataTransferMode.FIRST_EXECUTION,
                Arrays.stream(arguments).filter(TornadoNativeArray.class::isInstance).toArray())
            .addTask(task)
            .snapshot();
    RuntimeException failure = null;
    TornadoExecutionPlan plan = new TornadoExecutionPlan(alone);
    try {
      plan.withDevice(placement.handle()).withPreCompilation();
    } catch (RuntimeException noBitstream) {
      failure = noBitstream;
    }
    if (!Files.exists(source)) {
      throw new InvalidInputException(
          "TornadoVM generated no code for task %s.%s".formatted(graph, task.getId()), failure);
    }
  }
}
