package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * What the executions of a plan left on the device. It is a view of the plan: after another {@code
 * withGraph} or {@code execute} it speaks of those graphs and that execution.
 */
public class TornadoExecutionResult {

  private final TornadoExecutionPlan plan;
  private final TornadoProfilerResult profilerResult;

  TornadoExecutionResult(TornadoExecutionPlan plan) {
    this.plan = plan;
    profilerResult = new TornadoProfilerResult(plan);
  }

  public TornadoProfilerResult getProfilerResult() {
    return profilerResult;
  }

  /**
   * Copies whole objects back to the host.
   *
   * @throws TornadoRuntimeException if no transfer of the selected graphs names an object:
   *     TornadoVM would leave it as it is
   */
  public TornadoExecutionResult transferToHost(Object... objects) {
    for (Object host : objects) {
      buffer(host).copyOut();
    }
    plan.clearTraffic();
    return this;
  }

  /** Copies part of an array back to the host. */
  public TornadoExecutionResult transferToHost(DataRange dataRange) {
    dataRange.materialize();
    buffer(dataRange.getArray()).copyOut(dataRange.byteOffset(), dataRange.getPartialSize());
    plan.clearTraffic();
    return this;
  }

  public boolean isReady() {
    return true;
  }

  private DeviceBuffer buffer(Object host) {
    for (DeviceGraph graph : plan.selected()) {
      DeviceBuffer buffer = graph.find(host);
      if (buffer != null) {
        return buffer;
      }
    }
    throw new TornadoRuntimeException(
        "no transfer of the selected task graphs names this object: " + host);
  }
}
