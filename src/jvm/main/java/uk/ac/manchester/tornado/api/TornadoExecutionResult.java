package uk.ac.manchester.tornado.api;

import java.util.function.Consumer;
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
   * Copies whole objects back to the host. As in TornadoVM, for one that no transfer of the
   * selected graphs names, all comes back that its graph has in device memory.
   *
   * @throws TornadoRuntimeException if no selected graph has an object in device memory: TornadoVM
   *     would leave it as it is
   */
  public TornadoExecutionResult transferToHost(Object... objects) {
    for (Object host : objects) {
      copyOut(host, DeviceBuffer::copyOut);
    }
    plan.clearTraffic();
    return this;
  }

  /** Copies part of an array back to the host; all, if no transfer names the array. */
  public TornadoExecutionResult transferToHost(DataRange dataRange) {
    dataRange.materialize();
    copyOut(
        dataRange.getArray(),
        buffer -> buffer.copyOut(dataRange.byteOffset(), dataRange.getPartialSize()));
    plan.clearTraffic();
    return this;
  }

  public boolean isReady() {
    return true;
  }

  private void copyOut(Object host, Consumer<DeviceBuffer> copy) {
    for (DeviceGraph graph : plan.selected()) {
      DeviceBuffer buffer = graph.find(host);
      if (buffer != null) {
        copy.accept(buffer);
        return;
      }
    }
    plan.selected().stream()
        .filter(graph -> graph.holds(host))
        .findFirst()
        .orElseThrow(
            () ->
                new TornadoRuntimeException(
                    "no transfer and no task of the selected task graphs names this object: "
                        + host))
        .copyOut();
  }
}
