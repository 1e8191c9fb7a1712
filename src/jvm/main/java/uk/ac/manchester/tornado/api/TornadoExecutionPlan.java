package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * Task graphs that share one device and execute together or one by one.
 *
 * <p>What only concerns a compiler or a driver has no effect, and says so in the log.
 */
public class TornadoExecutionPlan implements AutoCloseable {

  public static final TornadoDevice DEFAULT_DEVICE =
      TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();

  private static final AtomicLong PLANS = new AtomicLong();
  private static final System.Logger LOG = System.getLogger("tornado.plain");

  private static final Pattern SIZE = Pattern.compile("(\\d+)(MB|GB)", Pattern.CASE_INSENSITIVE);

  private final List<DeviceGraph> graphs = new ArrayList<>();
  private List<DeviceGraph> selected = graphs;
  private DeviceGraph previous;
  private GridScheduler grids;
  private ProfilerMode profiler;
  private long memoryLimit = Long.MAX_VALUE;
  private boolean inBatches;

  private final long id = PLANS.incrementAndGet();
  private final List<String> trace = new ArrayList<>();

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
    if (profiler == ProfilerMode.CONSOLE) {
      new TornadoProfilerResult(this).dumpProfiles();
    }
    return traced("execute", new TornadoExecutionResult(this));
  }

  private void run() {
    if (selected.isEmpty()) {
      throw new NoSuchElementException("the execution plan has no task graphs");
    }
    if (memoryLimit < Long.MAX_VALUE) {
      selected.forEach(graph -> graph.checkMemory(memoryLimit));
    }
    if (inBatches) {
      selected.forEach(DeviceGraph::checkBatches);
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
    return traced("withGraph(" + graphIndex + ")", this);
  }

  public TornadoExecutionPlan withAllGraphs() {
    selected = graphs;
    return traced("withAllGraphs", this);
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
    return traced("withGridScheduler", this);
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

  /**
   * Measures bytes and times. {@link ProfilerMode#CONSOLE} prints them after each execution, {@link
   * ProfilerMode#SILENT} keeps them for {@link TornadoProfilerResult}.
   */
  public TornadoExecutionPlan withProfiler(ProfilerMode mode) {
    profiler = mode;
    return traced("withProfiler(" + mode + ")", this);
  }

  public TornadoExecutionPlan withoutProfiler() {
    profiler = null;
    return traced("withoutProfiler", this);
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

  /**
   * Checks what TornadoVM does: all data of a graph must have elements of one size, and as many.
   * The graph executes all at once: this device has as much memory as the host.
   *
   * @param batchSize such as {@code 512MB}
   */
  public TornadoExecutionPlan withBatch(String batchSize) {
    bytes(batchSize);
    inBatches = true;
    return traced("withBatch(" + batchSize + ")", this);
  }

  /**
   * Lets no graph have more device memory.
   *
   * @param memoryLimit such as {@code 1GB}
   */
  public TornadoExecutionPlan withMemoryLimit(String memoryLimit) {
    this.memoryLimit = bytes(memoryLimit);
    return traced("withMemoryLimit(" + memoryLimit + ")", this);
  }

  /** TornadoVM's megabytes are a million bytes here. */
  private static long bytes(String size) {
    Matcher matcher = SIZE.matcher(size);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          size + " is no size: give a number of MB or GB, such as 512MB");
    }
    return Long.parseLong(matcher.group(1))
        * (matcher.group(2).equalsIgnoreCase("MB") ? 1_000_000 : 1_000_000_000);
  }

  public TornadoExecutionPlan withoutMemoryLimit() {
    memoryLimit = Long.MAX_VALUE;
    return traced("withoutMemoryLimit", this);
  }

  /** Has no effect: there are no compiler's flags. */
  public TornadoExecutionPlan withCompilerFlags(
      TornadoVMBackendType backend, String compilerFlags) {
    return withoutEffect("withCompilerFlags", "a compiler");
  }

  /** Has no effect: there are no threads to inform about. */
  public TornadoExecutionPlan withThreadInfo() {
    return withoutEffect("withThreadInfo", "a device's threads");
  }

  /** Has no effect: there is no second device. */
  public TornadoExecutionPlan withConcurrentDevices() {
    return withoutEffect("withConcurrentDevices", "a second device");
  }

  /** Has no effect: there is no other scheduler. */
  public TornadoExecutionPlan withDefaultScheduler() {
    return withoutEffect("withDefaultScheduler", "another scheduler");
  }

  /** Has no effect: there are no kernels to print. */
  public TornadoExecutionPlan withPrintKernel() {
    return withoutEffect("withPrintKernel", "kernels to print");
  }

  /** Has no effect: there are no CUDA graphs. */
  public TornadoExecutionPlan withCUDAGraph() {
    return withoutEffect("withCUDAGraph", "CUDA graphs");
  }

  /** Has no effect: there are no streams. */
  public TornadoExecutionPlan withIntraPlanConcurrency() {
    return withoutEffect("withIntraPlanConcurrency", "streams");
  }

  /** Has no effect: there are no staged transfers. */
  public TornadoExecutionPlan withStagedTransfers() {
    return withoutEffect("withStagedTransfers", "staged transfers");
  }

  private TornadoExecutionPlan withoutEffect(String call, String what) {
    LOG.log(
        System.Logger.Level.INFO, "{0} has no effect: a plain JVM does not have {1}", call, what);
    return traced(call, this);
  }

  public void mapOnDeviceMemoryRegion(
      Object destTornadoArray,
      Object srcTornadoArray,
      long offset,
      int fromGraphIndex,
      int toGraphIndex) {
    throw unsupported("mapped memory regions");
  }

  /**
   * The result of an execution, which is a view of the plan: see {@link TornadoExecutionResult}.
   */
  public TornadoExecutionResult getPlanResult(int index) {
    return new TornadoExecutionResult(this);
  }

  /** What was called, in order; what was repeated at once stands there once. */
  public String getTraceExecutionPlan() {
    return String.join(" -> ", trace);
  }

  @SuppressWarnings("SystemOut") // TornadoVM's signature
  public void printTraceExecutionPlan() {
    System.out.println(getTraceExecutionPlan());
  }

  private <T> T traced(String call, T result) {
    if (trace.isEmpty() || !trace.getLast().equals(call)) {
      trace.add(call);
    }
    return result;
  }

  /** Plans are numbered from 1. */
  public long getId() {
    return id;
  }

  public long getGlobalExecutionPlansCounter() {
    return PLANS.get();
  }

  public static int getTotalPlans() {
    return (int) PLANS.get();
  }

  public TornadoExecutionPlan withoutConcurrentDevices() {
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
    return profiler != null;
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
