package org.tornadogru.graph;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tornadogru.device.Device;
import org.tornadogru.device.Device.Backend;
import org.tornadogru.kernels.Launch;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * The work-items of a plan's tasks, and the groups they come in: the one place where sizes are
 * chosen.
 *
 * <p>On a GPU TornadoVM puts up to 1,024 work-items of a loop into a group, whatever registers its
 * kernel needs, and a driver refuses to launch what does not fit. So loops have groups of at most
 * {@value #LARGEST_GROUP} there: with the 255 registers that a work-item can have, those fit
 * everywhere. Other devices find the grids of loops by themselves. So does the PTX backend, which
 * wants three sizes for each task and refuses more than there are loops.
 */
final class Grids {

  static final int LARGEST_GROUP = 256;

  /** Neighbouring work-items, which read neighbouring memory; what GPUs execute together. */
  private static final int ROW = 32;

  private final Device device;
  private final String kernels;
  private final boolean sizesLoops;
  private final GridScheduler groups = new GridScheduler();
  private long localMemory;

  Grids(Placement placement) {
    device = placement.device();
    kernels = placement.kernels().name();
    sizesLoops =
        device.type() == Device.Type.GPU
            && device.backend() != Backend.PTX
            && !placement.kernels().tiled();
  }

  /**
   * Adds a task to a graph.
   *
   * @throws InvalidInputException if the device has less local memory than a group needs
   */
  void add(TaskGraph graph, Launch launch) {
    switch (launch) {
      case Launch.Loops(TaskPackage task, List<Integer> range) when sizesLoops -> {
        List<Integer> group = groupOf(range, Math.max(1, device.computeUnits()));
        addSized(graph, task, wholeGroups(range, group), group);
      }
      case Launch.Loops loops -> graph.addTask(loops.task());
      case Launch.Library library when device.backend() == Backend.CUDA ->
          graph.libraryTask(library.task().getId(), arguments -> library.call(), 0);
      case Launch.Library(TaskPackage task, List<Integer> range, var call) ->
          add(graph, new Launch.Loops(task, range));
      case Launch.Groups grouped -> addGroups(graph, grouped);
    }
  }

  /**
   * The work-items of a group, for each loop: of a single loop as few as give every multiprocessor
   * a group, down to {@value #ROW}.
   */
  static List<Integer> groupOf(List<Integer> range, int multiprocessors) {
    int inner = range.getFirst();
    if (range.size() == 1) {
      int spread = Math.max(ROW, powerOfTwoFrom(inner / multiprocessors));
      return List.of(Math.min(Math.min(LARGEST_GROUP, spread), powerOfTwoFrom(inner)));
    }
    int row = Math.min(ROW, powerOfTwoFrom(inner));
    return List.of(row, Math.min(LARGEST_GROUP / row, powerOfTwoFrom(range.getLast())));
  }

  /** The least power of two that is not below a size. */
  private static int powerOfTwoFrom(int size) {
    return size <= 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
  }

  /** Loops test their bounds, so that work-items beyond them do nothing. */
  static List<Integer> wholeGroups(List<Integer> range, List<Integer> group) {
    return IntStream.range(0, range.size())
        .mapToObj(i -> Math.ceilDiv(range.get(i), group.get(i)) * group.get(i))
        .toList();
  }

  /**
   * Adds a task with sizes. A worker grid would not do: TornadoVM then takes the bounds of the
   * loops from the grid. It reads its flags for a task when the task is added; a user's flag wins.
   */
  private static synchronized void addSized(
      TaskGraph graph, TaskPackage task, List<Integer> items, List<Integer> group) {
    String id = graph.getTaskGraphName() + "." + task.getId();
    String local = id + ".local.workgroup.size";
    String global = id + ".global.workgroup.size";
    if (System.getProperty(local) != null || System.getProperty(global) != null) {
      graph.addTask(task);
      return;
    }
    System.setProperty(local, listed(group));
    System.setProperty(global, listed(items));
    try {
      graph.addTask(task);
    } finally {
      System.clearProperty(local);
      System.clearProperty(global);
    }
  }

  private static String listed(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private void addGroups(TaskGraph graph, Launch.Groups launch) {
    requireLocalMemory(launch.localMemory());
    int items = launch.across() * launch.size();
    WorkerGrid grid =
        launch.down() == 1 ? new WorkerGrid1D(items) : new WorkerGrid2D(items, launch.down());
    grid.setLocalWork(launch.size(), 1, 1);
    groups.addWorkerGrid(graph.getTaskGraphName() + "." + launch.task().getId(), grid);
    graph.addTask(launch.task());
  }

  private void requireLocalMemory(long needed) {
    if (needed <= localMemory) {
      return;
    }
    localMemory = needed;
    long available = device.localMemory();
    if (available >= 0 && needed > available) {
      throw new InvalidInputException(
          "kernels %s need %,d bytes of local memory for so many hidden units, but device %s has %,d: choose kernels annotated"
              .formatted(kernels, needed, device.id(), available));
    }
  }

  /** Hands the grids to the plan of the graphs that they were added to. */
  void applyTo(TornadoExecutionPlan plan) {
    if (!groups.keySet().isEmpty()) {
      plan.withGridScheduler(groups);
    }
  }
}
