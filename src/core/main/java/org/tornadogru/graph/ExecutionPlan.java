package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tornadogru.device.Device;
import org.tornadogru.device.Device.Backend;
import org.tornadogru.device.KernelArrays;
import org.tornadogru.device.Transfers;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A TornadoVM plan on one device, with every array it moves counted. It owns the device memory.
 *
 * <p>A driver may refuse to launch a task, or to copy; TornadoVM prints that and goes on. So the
 * results of each execution begin as {@link Unwritten} on the host, and the first execution of each
 * graph is checked task by task: over OpenCL a task that was not launched took no time; other
 * backends time such a task too, so there everything that only tasks write begins as unwritten on
 * the device, and must be written after it. A task that overwrites what another has written shows
 * in the results: they are computed from unwritten values then.
 */
final class ExecutionPlan implements AutoCloseable {

  /**
   * The property that, if {@code false}, has the CUDA backend launch task by task. Otherwise what a
   * graph does on the device is recorded in its first execution, as a CUDA graph, and replayed by
   * one call from then on: for small models the host's calls took as long as the kernels.
   */
  static final String CUDA_GRAPHS = "tornado-gru.cuda-graphs";

  private final Device device;

  /** Of the graphs one after the other, each in parts, of which some are executed repeatedly. */
  private final List<PlanGraph> graphs = new ArrayList<>();

  /** Where the parts of each graph begin, and where those of the last end. */
  private final int[] firstPart;

  private final TornadoExecutionPlan plan;
  private final TornadoExecutionResult[] latest;

  /** Whether each execution is profiled, for the times of the kernels. */
  private final boolean profiled;

  /** Null where kernels are compiled when they are needed. */
  private final Bitstreams bitstreams;

  /** Null unless this is one. */
  private final Rehearsal rehearsal;

  private Transfers transfers = Transfers.NONE;

  ExecutionPlan(Placement placement, PlanGraph... graphs) {
    device = placement.device();
    firstPart = new int[graphs.length + 1];
    for (int index = 0; index < graphs.length; index++) {
      this.graphs.addAll(graphs[index].parts());
      firstPart[index + 1] = this.graphs.size();
    }
    latest = new TornadoExecutionResult[this.graphs.size()];
    profiled = !device.isPlainJvm() && Boolean.getBoolean(KernelTimes.PROPERTY);
    bitstreams = Bitstreams.of(device);
    rehearsal = Rehearsal.on(placement);
    Grids grids = new Grids(placement);
    List<ImmutableTaskGraph> built = new ArrayList<>();
    for (PlanGraph graph : this.graphs) {
      graph.replaceTasks(placement.naming());
      built.add(build(graph, grids));
    }
    plan = new TornadoExecutionPlan(built.toArray(ImmutableTaskGraph[]::new));
    plan.withDevice(placement.handle());
    grids.applyTo(plan);
    if (recordsGraphs()) {
      plan.withCUDAGraph();
    }
  }

  /** What is replayed cannot be timed kernel by kernel. */
  private boolean recordsGraphs() {
    return device.backend() == Backend.CUDA
        && !profiled
        && !"false".equals(System.getProperty(CUDA_GRAPHS));
  }

  /** TornadoVM looks at the kernels when their tasks are added, and compiles them later. */
  private ImmutableTaskGraph build(PlanGraph graph, Grids grids) {
    try {
      return graph.build(grids, marksMemory());
    } catch (RuntimeException failure) {
      if (Refusal.isTornadoVms(failure)) {
        throw Refusal.of(device, graph, failure);
      }
      throw failure;
    }
  }

  private boolean timesTellLaunches() {
    return device.backend() == Backend.OPENCL;
  }

  private boolean marksMemory() {
    return switch (device.backend()) {
      case OPENCL, JAVA, VIRTUAL -> false;
      default -> true;
    };
  }

  /** Whether the device computes: a virtual one is for looking at generated code. */
  private boolean hasResults() {
    return !device.isPlainJvm() && device.backend() != Backend.VIRTUAL;
  }

  /** Executes one of the graphs, counted from 0 in the order they were given. */
  void execute(int index) {
    int first = firstPart[index];
    int end = firstPart[index + 1];
    if (rehearsal != null) {
      graphs.subList(first, end).forEach(rehearsal::perform);
      return;
    }
    boolean inParts = end - first > 1;
    boolean isChecked = hasResults() && marksMemory() && latest[first] == null;
    for (int part = first; part < end; part++) {
      for (int times = graphs.get(part).times(); times > 0; times--) {
        executePart(part, isChecked && times == 1, inParts);
      }
    }
    for (int part = first; isChecked && inParts && part < end; part++) {
      plan.withGraph(part);
      requireWritten(graphs.get(part), latest[part]);
    }
  }

  private void executePart(int index, boolean isChecked, boolean inParts) {
    PlanGraph graph = graphs.get(index);
    boolean first = latest[index] == null;
    if (hasResults()) {
      graph.results().forEach(Unwritten::markEnds);
      latest[index] = launch(graph, index, first);
      if (isChecked && !inParts) { // a part's task may leave the start of an array to another part
        requireWritten(graph, latest[index]);
      }
      if (graph.results().anyMatch(Unwritten::endsAreMarked)) {
        throw Refusal.withoutResult(device, graph);
      }
      if (isChecked) {
        requireNumbers(graph, latest[index]);
      }
    } else {
      latest[index] = execute(graph, index);
    }
    transfers = transfers.plus(graph.transfers());
    if (first) {
      transfers = transfers.plus(graph.firstTransfers());
    }
  }

  /** Where the host is the device, what a kernel throws is not the device's to refuse. */
  private TornadoExecutionResult execute(PlanGraph graph, int index) {
    try {
      return plan.withGraph(index).execute();
    } catch (TornadoOutOfMemoryException tooMuch) {
      throw Refusal.of(device, graph, tooMuch);
    }
  }

  private TornadoExecutionResult launch(PlanGraph graph, int index, boolean first) {
    boolean checksTimes = first && timesTellLaunches();
    if (profiled || checksTimes) {
      plan.withProfiler(ProfilerMode.SILENT); // which keeps a log of each execution, for ever
    }
    boolean needsBitstreams = first && bitstreams != null;
    if (needsBitstreams) {
      bitstreams.require(graph);
    }
    TornadoExecutionResult result;
    try {
      plan.withGraph(index);
      if (needsBitstreams) {
        bitstreams.compile(graph, plan);
      }
      result = plan.execute();
    } catch (RuntimeException failure) {
      throw Refusal.of(device, graph, failure);
    } catch (Error failure) {
      if (Refusal.isTornadoVms(failure)) {
        throw Refusal.of(device, graph, failure);
      }
      throw failure;
    }
    if (first && graph.hasGroups() && KernelArrays.areShared(device.backend())) {
      throw Refusal.sharingArrays(device, graph); // behind the compilation: threads may have met
    }
    if (checksTimes) {
      KernelTimes times = KernelTimes.of(result.getProfilerResult().getProfileLog());
      for (String task : graph.tasks()) {
        if (!times.ran(graph.name(), task)) {
          throw Refusal.ofTask(device, graph, task);
        }
      }
    }
    if (!profiled) {
      plan.withoutProfiler();
    }
    return result;
  }

  /**
   * Every task that was launched has written an array of those that it is the first to have, its
   * first element at least. Arrays are copied whole: TornadoVM would remember the size of a part
   * for the executions to come.
   */
  private void requireWritten(PlanGraph graph, TornadoExecutionResult result) {
    Set<Object> copied = graph.results().collect(Collectors.toSet());
    graph
        .marked()
        .forEach(
            (task, arrays) -> {
              arrays.stream()
                  .filter(Predicate.not(copied::contains))
                  .forEach(result::transferToHost);
              if (arrays.stream().allMatch(Unwritten::startIsMarked)) {
                throw Refusal.ofTask(device, graph, task);
              }
            });
  }

  /** If what went in is finite, what comes out is a number, unless a task did not run. */
  private void requireNumbers(PlanGraph graph, TornadoExecutionResult result) {
    if (graphs.stream().flatMap(PlanGraph::inputs).allMatch(ExecutionPlan::isFinite)) {
      graph.onDemand().forEach(result::transferToHost);
      if (graph.results().anyMatch(Unwritten::reached)
          || graph.onDemand().anyMatch(Unwritten::reached)) {
        throw Refusal.notANumber(device, graph);
      }
    }
  }

  private static boolean isFinite(Object array) {
    if (array instanceof FloatArray floats) {
      for (int i = 0; i < floats.getSize(); i++) {
        if (!Float.isFinite(floats.get(i))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Copies an array that a graph has on demand to the host; without effect before it ran. */
  void download(int index, FloatArray array) {
    boolean found = false;
    for (int part = firstPart[index]; part < firstPart[index + 1]; part++) {
      if (graphs.get(part).onDemand().anyMatch(each -> each == array)) {
        found = true;
        if (latest[part] != null) {
          downloadOf(part, array);
        }
      }
    }
    if (!found) {
      throw new IllegalArgumentException("no part of the graph has this array on demand");
    }
  }

  private void downloadOf(int part, FloatArray array) {
    if (hasResults()) {
      Unwritten.markEnds(array);
    }
    plan.withGraph(part);
    latest[part].transferToHost(array);
    if (Unwritten.endsAreMarked(array)) {
      throw Refusal.withoutResult(device, graphs.get(part));
    }
    transfers = transfers.plus(new Transfers(0, array.getNumBytesOfSegmentWithHeader()));
  }

  /** How many graphs were compiled: TornadoVM does it when one is executed first. */
  int compiled() {
    return (int) Stream.of(latest).filter(Objects::nonNull).count();
  }

  Transfers transfers() {
    return transfers;
  }

  @Override
  public void close() {
    if (profiled) {
      printKernelTimes();
    }
    try {
      plan.freeDeviceMemory();
      plan.close();
    } catch (TornadoExecutionPlanException failure) {
      throw new IllegalStateException("TornadoVM could not close its plan", failure);
    }
  }

  private void printKernelTimes() {
    StringBuilder log = new StringBuilder();
    for (int index = 0; index < latest.length; index++) {
      if (latest[index] != null) {
        plan.withGraph(index);
        log.append(latest[index].getProfilerResult().getProfileLog());
      }
    }
    System.err.println(KernelTimes.of(log.toString()).json());
  }
}
