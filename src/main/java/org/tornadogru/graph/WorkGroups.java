package org.tornadogru.graph;

import org.tornadogru.InvalidInputException;
import org.tornadogru.device.Target;
import org.tornadogru.kernels.Recurrence;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;

/** The tasks of a plan that run as work-groups; the others find their grids in their loops. */
final class WorkGroups {

  private final GridScheduler grids = new GridScheduler();
  private int units;
  private long localMemory;

  /**
   * Gives a task its grid.
   *
   * @param groups how many
   * @param hidden units that each group shares out among its work-items
   */
  void add(TaskGraph graph, String task, Recurrence.Groups kernels, int groups, int hidden) {
    int groupSize = kernels.groupSize(hidden);
    WorkerGrid grid = new WorkerGrid1D(groups * groupSize);
    grid.setLocalWork(groupSize, 1, 1);
    grids.addWorkerGrid(graph.getTaskGraphName() + "." + task, grid);
    units = hidden;
    localMemory = kernels.localMemory(hidden);
  }

  /**
   * Hands the grids to a plan.
   *
   * @throws InvalidInputException if the device's local memory is too small for them
   */
  void applyTo(TornadoExecutionPlan plan, Target target) {
    if (grids.keySet().isEmpty()) {
      return;
    }
    long available = target.device().getPhysicalDevice().getDeviceLocalMemorySize();
    if (available >= 0 && localMemory > available) { // negative: the device does not say
      throw new InvalidInputException(
          "kernels workgroup need %,d bytes of local memory for %d hidden units, but device %s has %,d: choose --kernels annotated"
              .formatted(localMemory, units, target.id(), available));
    }
    plan.withGridScheduler(grids);
  }
}
