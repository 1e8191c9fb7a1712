package org.tornadogru.graph;

import org.tornadogru.InvalidInputException;
import org.tornadogru.device.Target;
import org.tornadogru.device.TerminalColors;
import org.tornadogru.device.Transfers;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A TornadoVM plan on one device, with every byte it moves counted. It owns the device memory. */
final class ExecutionPlan implements AutoCloseable {

  private final TornadoExecutionPlan plan;
  private final Target target;
  private final TornadoExecutionResult[] latest;
  private Transfers transfers = Transfers.NONE;

  ExecutionPlan(Target target, WorkGroups groups, ImmutableTaskGraph... graphs) {
    this.target = target;
    latest = new TornadoExecutionResult[graphs.length];
    plan = new TornadoExecutionPlan(graphs);
    plan.withDevice(target.device()).withProfiler(ProfilerMode.SILENT);
    groups.applyTo(plan, target);
  }

  /** Executes one of the graphs, counted from 0 in the order they were given. */
  void execute(int graph) {
    try {
      TornadoExecutionResult result = plan.withGraph(graph).execute();
      latest[graph] = result;
      transfers = transfers.plus(bytes(result));
    } catch (RuntimeException failure) {
      throw new InvalidInputException(
          "device %s refused the graph: %s; try another --device, or --device jvm"
              .formatted(target.id(), rootMessage(failure)),
          failure);
    }
  }

  /** Copies an array that a graph has under demand to the host; without effect before it ran. */
  void download(int graph, FloatArray array) {
    TornadoExecutionResult result = latest[graph];
    if (result != null) {
      result.transferToHost(array);
      // The profiler leaves transfers under demand out.
      transfers = transfers.plus(new Transfers(0, array.getNumBytesOfSegmentWithHeader()));
    }
  }

  private static Transfers bytes(TornadoExecutionResult result) {
    return new Transfers(
        result.getProfilerResult().getTotalBytesCopyIn(),
        result.getProfilerResult().getTotalBytesCopyOut());
  }

  Transfers transfers() {
    return transfers;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    String first = message.lines().findFirst().orElse(root.toString());
    return TerminalColors.removedFrom(first).strip();
  }

  @Override
  public void close() {
    try {
      plan.freeDeviceMemory();
      plan.close();
    } catch (TornadoExecutionPlanException failure) {
      throw new IllegalStateException("TornadoVM could not close its plan", failure);
    }
  }
}
