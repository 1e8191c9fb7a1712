package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** One task graph of a plan with its device memory. */
final class DeviceGraph {

  private final String name;
  private final List<GraphStep.TransferToDevice> uploads = new ArrayList<>();
  private final List<GraphStep.Consume> consumed = new ArrayList<>();
  private final List<GraphStep.Task> tasks = new ArrayList<>();
  private final List<GraphStep.TransferToHost> downloads = new ArrayList<>();

  private final IdentityHashMap<Object, DeviceBuffer> buffers = new IdentityHashMap<>();
  private final List<Object[]> deviceArguments = new ArrayList<>();
  private boolean firstExecutionDone;

  DeviceGraph(ImmutableTaskGraph graph) {
    name = graph.name();
    for (GraphStep step : graph.steps()) {
      switch (step) {
        case GraphStep.TransferToDevice upload -> uploads.add(upload);
        case GraphStep.Consume consume -> consumed.add(consume);
        case GraphStep.Task task -> {
          tasks.add(task);
          deviceArguments.add(new Object[task.arguments().length]);
        }
        case GraphStep.TransferToHost download -> downloads.add(download);
        case GraphStep.Persist persist -> {} // all device memory outlives the execution
      }
    }
  }

  String name() {
    return name;
  }

  void execute(Map<String, DeviceGraph> plan, DeviceGraph previous, Traffic traffic) {
    for (GraphStep.Consume consume : consumed) {
      DeviceGraph source = consume.source() == null ? previous : plan.get(consume.source());
      if (source == null) {
        throw new TornadoRuntimeException(
            "task graph " + name + " consumes from " + consume.source() + ", which has not run");
      }
      for (Object host : consume.objects()) {
        DeviceBuffer buffer = source.buffers.get(host);
        if (buffer == null) {
          throw new TornadoRuntimeException(
              "task graph " + name + " consumes an object that " + source.name + " does not hold");
        }
        buffers.put(host, buffer);
      }
    }
    for (GraphStep.TransferToDevice upload : uploads) {
      if (!firstExecutionDone || upload.mode() == DataTransferMode.EVERY_EXECUTION) {
        for (Object host : upload.objects()) {
          buffer(host).copyIn(traffic);
        }
      }
    }
    firstExecutionDone = true;
    for (int i = 0; i < tasks.size(); i++) {
      GraphStep.Task task = tasks.get(i);
      Object[] host = task.arguments();
      Object[] device = deviceArguments.get(i);
      for (int k = 0; k < host.length; k++) {
        device[k] = DeviceBuffer.isData(host[k]) ? buffer(host[k]).device() : host[k];
      }
      task.code().run(device);
    }
    for (GraphStep.TransferToHost download : downloads) {
      if (download.mode() != DataTransferMode.UNDER_DEMAND) {
        for (Object host : download.objects()) {
          buffer(host).copyOut(traffic);
        }
      }
    }
  }

  /** Null when this graph has no device memory for the object. */
  DeviceBuffer find(Object host) {
    return buffers.get(host);
  }

  void free() {
    buffers.clear();
    firstExecutionDone = false;
  }

  private DeviceBuffer buffer(Object host) {
    return buffers.computeIfAbsent(host, DeviceBuffer::allocate);
  }
}
