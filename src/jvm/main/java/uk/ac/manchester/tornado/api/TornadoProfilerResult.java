package uk.ac.manchester.tornado.api;

import java.util.function.ToLongFunction;
import uk.ac.manchester.tornado.api.profiler.ProfilerInterface;

/**
 * Measurements of the plan's last execution; zeros without {@link
 * TornadoExecutionPlan#withProfiler}. Sizes include the headers of arrays. As in TornadoVM, {@link
 * TornadoExecutionResult#transferToHost} sets them back to zero. Times are in nanoseconds. Nothing
 * is compiled: what takes the place of that is the time to make a graph ready, in its first
 * execution.
 */
public class TornadoProfilerResult implements ProfilerInterface {

  private final TornadoExecutionPlan plan;

  TornadoProfilerResult(TornadoExecutionPlan plan) {
    this.plan = plan;
  }

  private long sum(ToLongFunction<Traffic> measure) {
    long sum = 0;
    if (plan.isProfiling()) {
      for (DeviceGraph graph : plan.selected()) {
        sum += measure.applyAsLong(graph.traffic());
      }
    }
    return sum;
  }

  @Override
  public long getTotalBytesCopyIn() {
    return sum(traffic -> traffic.bytesIn);
  }

  @Override
  public long getTotalBytesCopyOut() {
    return sum(traffic -> traffic.bytesOut);
  }

  @Override
  public long getTotalBytesTransferred() {
    return getTotalBytesCopyIn() + getTotalBytesCopyOut();
  }

  @Override
  public long getTotalDeviceMemoryUsage() {
    return sum(traffic -> traffic.deviceMemory);
  }

  @Override
  public long getTotalTime() {
    return getCompileTime() + getDataTransfersTime() + getDeviceKernelTime();
  }

  @Override
  public long getCompileTime() {
    return getTornadoCompilerTime() + getDriverInstallTime();
  }

  @Override
  public long getTornadoCompilerTime() {
    return sum(traffic -> traffic.prepareTime);
  }

  /** Zero: there is no driver. */
  @Override
  public long getDriverInstallTime() {
    return 0;
  }

  @Override
  public long getDataTransfersTime() {
    return getDeviceWriteTime() + getDeviceReadTime();
  }

  @Override
  public long getDeviceWriteTime() {
    return sum(traffic -> traffic.writeTime);
  }

  @Override
  public long getDeviceReadTime() {
    return sum(traffic -> traffic.readTime);
  }

  /** From asking for copies to their beginnings, which is when memory is allocated. */
  @Override
  public long getDataTransferDispatchTime() {
    return sum(traffic -> traffic.transferDispatchTime);
  }

  /** From asking for tasks to their beginnings. */
  @Override
  public long getKernelDispatchTime() {
    return sum(traffic -> traffic.kernelDispatchTime);
  }

  @Override
  public long getDeviceKernelTime() {
    return sum(traffic -> traffic.kernelTime);
  }

  /** The measurements as JSON, with TornadoVM's names. */
  @Override
  public String getProfileLog() {
    return """
    {
      "TOTAL_TASK_GRAPH_TIME": "%d",
      "TOTAL_GRAAL_COMPILE_TIME": "%d",
      "COPY_IN_TIME": "%d",
      "TOTAL_KERNEL_TIME": "%d",
      "COPY_OUT_TIME": "%d",
      "TOTAL_COPY_IN_SIZE_BYTES": "%d",
      "TOTAL_COPY_OUT_SIZE_BYTES": "%d"
    }"""
        .formatted(
            getTotalTime(),
            getTornadoCompilerTime(),
            getDeviceWriteTime(),
            getDeviceKernelTime(),
            getDeviceReadTime(),
            getTotalBytesCopyIn(),
            getTotalBytesCopyOut());
  }

  /** Prints the measurements. */
  @SuppressWarnings("SystemOut") // TornadoVM's signature
  public void dumpProfiles() {
    System.out.println(getProfileLog());
  }

  /** What was called on the plan, in order. */
  public String getTraceExecutionPlan() {
    return plan.getTraceExecutionPlan();
  }
}
