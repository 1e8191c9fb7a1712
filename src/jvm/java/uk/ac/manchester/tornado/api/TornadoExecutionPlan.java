package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** Task graphs that share one device and execute together or one by one. */
public class TornadoExecutionPlan implements AutoCloseable {

  private final List<DeviceGraph> graphs = new ArrayList<>();
  private final Map<String, DeviceGraph> graphsByName = new LinkedHashMap<>();
  private List<DeviceGraph> selected = graphs;
  private DeviceGraph previous;

  public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
    for (ImmutableTaskGraph graph : immutableTaskGraphs) {
      DeviceGraph deviceGraph = new DeviceGraph(graph);
      graphs.add(deviceGraph);
      graphsByName.put(graph.name(), deviceGraph);
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

  public TornadoExecutionResult execute() {
    Traffic traffic = new Traffic();
    for (DeviceGraph graph : selected) {
      graph.execute(graphsByName, previous, traffic);
      previous = graph;
    }
    return new TornadoExecutionResult(selected, traffic);
  }

  public TornadoExecutionPlan withGraph(int graphIndex) {
    if (graphIndex < 0 || graphIndex >= graphs.size()) {
      throw new TornadoRuntimeException(
          "graph " + graphIndex + " does not exist: the plan has " + graphs.size());
    }
    selected = List.of(graphs.get(graphIndex));
    return this;
  }

  public TornadoExecutionPlan withAllGraphs() {
    selected = graphs;
    return this;
  }

  public TornadoExecutionPlan withPreCompilation() {
    return this;
  }

  public TornadoExecutionPlan withDevice(TornadoDevice device) {
    return this;
  }

  public TornadoExecutionPlan withProfiler(ProfilerMode mode) {
    return this;
  }

  public TornadoExecutionPlan withoutProfiler() {
    return this;
  }

  public TornadoExecutionPlan freeDeviceMemory() {
    graphs.forEach(DeviceGraph::free);
    return this;
  }

  public TornadoExecutionPlan resetDevice() {
    return freeDeviceMemory();
  }

  @Override
  public void close() throws TornadoExecutionPlanException {
    graphs.forEach(DeviceGraph::free);
  }
}
