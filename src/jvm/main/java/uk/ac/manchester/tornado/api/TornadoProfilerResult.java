package uk.ac.manchester.tornado.api;

import java.util.function.ToLongFunction;
import uk.ac.manchester.tornado.api.profiler.ProfilerInterface;

/**
 * Measurements of the plan's last execution; zeros without {@link
 * TornadoExecutionPlan#withProfiler}. Sizes include the headers of arrays. As in TornadoVM, {@link
 * TornadoExecutionResult#transferToHost} sets them back to zero. Times are not measured.
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
    throw notMeasured("times");
  }

  @Override
  public long getCompileTime() {
    throw notMeasured("times");
  }

  @Override
  public long getTornadoCompilerTime() {
    throw notMeasured("times");
  }

  @Override
  public long getDriverInstallTime() {
    throw notMeasured("times");
  }

  @Override
  public long getDataTransfersTime() {
    throw notMeasured("times");
  }

  @Override
  public long getDeviceWriteTime() {
    throw notMeasured("times");
  }

  @Override
  public long getDeviceReadTime() {
    throw notMeasured("times");
  }

  @Override
  public long getDataTransferDispatchTime() {
    throw notMeasured("times");
  }

  @Override
  public long getKernelDispatchTime() {
    throw notMeasured("times");
  }

  @Override
  public long getDeviceKernelTime() {
    throw notMeasured("times");
  }

  @Override
  public String getProfileLog() {
    throw notMeasured("log");
  }

  private static UnsupportedOperationException notMeasured(String what) {
    return new UnsupportedOperationException("the plain-JVM runtime has no profiler " + what);
  }
}
