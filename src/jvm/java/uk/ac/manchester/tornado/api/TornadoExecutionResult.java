package uk.ac.manchester.tornado.api;

import java.util.List;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** What one execution of a plan left on the device. */
public class TornadoExecutionResult {

  private final List<DeviceGraph> graphs;
  private final Traffic traffic;

  TornadoExecutionResult(List<DeviceGraph> graphs, Traffic traffic) {
    this.graphs = graphs;
    this.traffic = traffic;
  }

  public TornadoProfilerResult getProfilerResult() {
    return new TornadoProfilerResult(traffic);
  }

  /** Copies whole objects back to the host. */
  public TornadoExecutionResult transferToHost(Object... objects) {
    for (Object host : objects) {
      buffer(host).copyOut(traffic);
    }
    return this;
  }

  /** Copies part of an array back to the host. */
  public TornadoExecutionResult transferToHost(DataRange dataRange) {
    dataRange.materialize();
    buffer(dataRange.getArray())
        .copyOut(dataRange.byteOffset(), dataRange.getPartialSize(), traffic);
    return this;
  }

  public boolean isReady() {
    return true;
  }

  private DeviceBuffer buffer(Object host) {
    for (DeviceGraph graph : graphs) {
      DeviceBuffer buffer = graph.find(host);
      if (buffer != null) {
        return buffer;
      }
    }
    throw new TornadoRuntimeException("the executed task graphs do not hold this object: " + host);
  }
}
