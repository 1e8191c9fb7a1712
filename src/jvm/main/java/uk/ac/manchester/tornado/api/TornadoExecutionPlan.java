package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * Task graphs that share one device and execute together or one by one.
 *
 * <p>What only concerns a compiler or a driver throws {@link UnsupportedOperationException};
 * switching such a thing off does nothing, since it is off.
 */
public class TornadoExecutionPlan implements AutoCloseable {

  public static final TornadoDevice DEFAULT_DEVICE =
      TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();

  private final List<DeviceGraph> graphs = new ArrayList<>();
  private List<DeviceGraph> selected = graphs;
  private DeviceGraph previous;
  private GridScheduler grids;
  private boolean profiling;

  public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
    for (ImmutableTaskGraph graph : immutableTaskGraphs) {
      graphs.add(new DeviceGraph(graph));
    }
  }

  public static TornadoDevice getDevice(int backendIndex, int deviceIndex) {
    return TornadoRuntimeProvider.getTornadoRuntime()
        .getBackend(backendIndex)
        .getDevice(deviceIndex);
  }

  public static TornadoDeviceMap getTornadoDeviceMap() {
    return new TornadoDeviceMap();
  }

  /** The device of one of the selected graphs. */
  public TornadoDevice getDevice(int immutableTaskGraphIndex) {
    if (immutableTaskGraphIndex < 0 || immutableTaskGraphIndex >= selected.size()) {
      throw noSuchGraph(immutableTaskGraphIndex, selected.size());
    }
    return DEFAULT_DEVICE;
  }

  /** Executes the selected graphs in order. */
  public TornadoExecutionResult execute() {
    run();
    return new TornadoExecutionResult(this);
  }

  private void run() {
    if (selected.isEmpty()) {
      throw new NoSuchElementException("the execution plan has no task graphs");
    }
    // Not updated in between: graphs of one execution do not see each other's device memory.
    for (DeviceGraph graph : selected) {
      graph.execute(previous, grids);
    }
    previous = selected.getLast();
  }

  /** Selects one graph, counted from 0. */
  public TornadoExecutionPlan withGraph(int graphIndex) {
    if (graphIndex < 0 || graphIndex >= graphs.size()) {
      throw noSuchGraph(graphIndex, graphs.size());
    }
    selected = graphs.subList(graphIndex, graphIndex + 1);
    return this;
  }

  public TornadoExecutionPlan withAllGraphs() {
    selected = graphs;
    return this;
  }

  private static TornadoRuntimeException noSuchGraph(int index, int count) {
    return new TornadoRuntimeException("graph " + index + " does not exist: there are " + count);
  }

  /** Sets the grids of tasks that take a {@link KernelContext}. */
  public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
    for (String task : gridScheduler.keySet()) {
      if (graphs.stream().noneMatch(graph -> graph.hasTask(task))) {
        throw new TornadoRuntimeException(
            "the grid scheduler names "
                + task
                + ", but no graph has that task; names are graph.task");
      }
    }
    grids = gridScheduler;
    return this;
  }

  /** There is nothing to compile. */
  public TornadoExecutionPlan withPreCompilation() {
    return this;
  }

  public TornadoExecutionPlan withDevice(TornadoDevice device) {
    if (!DEFAULT_DEVICE.equals(device)) {
      throw new UnsupportedOperationException(
          "the plain-JVM runtime has one device, not " + device);
    }
    return this;
  }

  public TornadoExecutionPlan withDevice(String taskName, TornadoDevice device) {
    return withDevice(device);
  }

  /** Counts bytes. */
  public TornadoExecutionPlan withProfiler(ProfilerMode mode) {
    if (mode != ProfilerMode.SILENT) {
      throw unsupported("a profiler that prints; use ProfilerMode.SILENT");
    }
    profiling = true;
    return this;
  }

  public TornadoExecutionPlan withoutProfiler() {
    profiling = false;
    return this;
  }

  /** Sets the profiler's measurements to zero. */
  public TornadoExecutionPlan clearProfiles() {
    clearTraffic();
    return this;
  }

  /** Gives back the selected graphs' device memory; data of FIRST_EXECUTION is uploaded again. */
  public TornadoExecutionPlan freeDeviceMemory() {
    selected.forEach(DeviceGraph::free);
    return this;
  }

  /** Drops compiled kernels, of which there are none; device memory stays. */
  public TornadoExecutionPlan resetDevice() {
    return this;
  }

  /** Bytes of device memory that the selected graphs hold. */
  public long getCurrentDeviceMemoryUsage() {
    return selected.stream().mapToLong(DeviceGraph::deviceBytes).sum();
  }

  /** Executes until the time is over. */
  public TornadoExecutionPlan withWarmUpTime(long milliseconds) throws InterruptedException {
    if (milliseconds < 0) {
      throw new TornadoRuntimeException("warm-up time must not be negative: " + milliseconds);
    }
    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(milliseconds)) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      run();
    }
    return this;
  }

  public TornadoExecutionPlan withWarmUpIterations(int iterations) {
    if (iterations < 0) {
      throw new TornadoRuntimeException("warm-up iterations must not be negative: " + iterations);
    }
    for (int i = 0; i < iterations; i++) {
      run();
    }
    return this;
  }

  @Override
  public void close() throws TornadoExecutionPlanException {
    graphs.forEach(DeviceGraph::free);
  }

  public TornadoExecutionPlan withConcurrentDevices() {
    throw unsupported("several devices");
  }

  public TornadoExecutionPlan withBatch(String batchSize) {
    throw unsupported("batches");
  }

  public TornadoExecutionPlan withMemoryLimit(String memoryLimit) {
    throw unsupported("a memory limit");
  }

  public TornadoExecutionPlan withDefaultScheduler() {
    throw unsupported("TornadoVM's schedulers");
  }

  public TornadoExecutionPlan withThreadInfo() {
    throw unsupported("thread information");
  }

  public TornadoExecutionPlan withPrintKernel() {
    throw unsupported("kernels to print");
  }

  public TornadoExecutionPlan withCompilerFlags(
      TornadoVMBackendType backend, String compilerFlags) {
    throw unsupported("compiler flags");
  }

  public TornadoExecutionPlan withCUDAGraph() {
    throw unsupported("CUDA graphs");
  }

  public TornadoExecutionPlan withIntraPlanConcurrency() {
    throw unsupported("concurrency inside a plan");
  }

  public TornadoExecutionPlan withStagedTransfers() {
    throw unsupported("staged transfers");
  }

  public void mapOnDeviceMemoryRegion(
      Object destTornadoArray,
      Object srcTornadoArray,
      long offset,
      int fromGraphIndex,
      int toGraphIndex) {
    throw unsupported("mapped memory regions");
  }

  public TornadoExecutionResult getPlanResult(int index) {
    throw unsupported("a history of results");
  }

  public String getTraceExecutionPlan() {
    throw unsupported("traces of plans");
  }

  public void printTraceExecutionPlan() {
    throw unsupported("traces of plans");
  }

  public long getId() {
    throw unsupported("numbered plans");
  }

  public long getGlobalExecutionPlansCounter() {
    throw unsupported("numbered plans");
  }

  @SuppressWarnings("DoNotCallSuggester") // TornadoVM's signature
  public static int getTotalPlans() {
    throw unsupported("numbered plans");
  }

  public TornadoExecutionPlan withoutConcurrentDevices() {
    return this;
  }

  public TornadoExecutionPlan withoutMemoryLimit() {
    return this;
  }

  public TornadoExecutionPlan withoutThreadInfo() {
    return this;
  }

  public TornadoExecutionPlan withoutPrintKernel() {
    return this;
  }

  public TornadoExecutionPlan withoutIntraPlanConcurrency() {
    return this;
  }

  public TornadoExecutionPlan withoutStagedTransfers() {
    return this;
  }

  List<DeviceGraph> selected() {
    return selected;
  }

  boolean isProfiling() {
    return profiling;
  }

  void clearTraffic() {
    for (DeviceGraph graph : selected) {
      graph.traffic().clear();
    }
  }

  private static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("the plain-JVM runtime does not have " + what);
  }
}
