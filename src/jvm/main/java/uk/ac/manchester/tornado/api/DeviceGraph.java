package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** One task graph of a plan with its device memory. */
final class DeviceGraph {

  private static final int MAX_TASKS = 256;

  private final String name;
  private final Transfers transfers;
  private final List<GraphStep.Consume> consumed = new ArrayList<>();
  private final List<GraphStep.Task> tasks = new ArrayList<>();

  /** Objects that a transfer names: the host can ask for these alone. */
  private final Set<Object> transferable = Collections.newSetFromMap(new IdentityHashMap<>());

  private final IdentityHashMap<Object, DeviceBuffer> buffers = new IdentityHashMap<>();
  private final List<Object[]> deviceArguments = new ArrayList<>();
  private final Traffic traffic = new Traffic();
  private boolean firstExecutionDone;

  /** What it took to make the graph ready, in nanoseconds: told with the first execution. */
  private long prepareTime;

  DeviceGraph(ImmutableTaskGraph graph) {
    long start = System.nanoTime();
    name = graph.name();
    transfers = new Transfers(name, graph.steps());
    for (GraphStep step : graph.steps()) {
      switch (step) {
        case GraphStep.TransferToDevice upload -> transferable.addAll(upload.objects());
        case GraphStep.Consume consume -> {
          consumed.add(consume);
          transferable.addAll(consume.objects());
        }
        case GraphStep.Task task -> {
          tasks.add(task);
          deviceArguments.add(new Object[task.arguments().length]);
        }
        case GraphStep.TransferToHost download -> transferable.addAll(download.objects());
        // All device memory outlives the execution.
        case GraphStep.Persist persist -> transferable.addAll(persist.objects());
      }
    }
    prepareTime = System.nanoTime() - start;
  }

  /** The last execution's. */
  Traffic traffic() {
    return traffic;
  }

  boolean hasTask(String qualifiedName) {
    return tasks.stream().anyMatch(task -> qualifiedName.equals(name + "." + task.id()));
  }

  /**
   * @param previous the graph with which the execution before this one ended, or null
   * @param grids worker grids by "graph.task", or null
   */
  void execute(DeviceGraph previous, GridScheduler grids) {
    if (tasks.isEmpty()) {
      throw new TornadoRuntimeException("task graph " + name + " has no tasks");
    }
    if (tasks.size() > MAX_TASKS) {
      throw new TornadoRuntimeException(
          "task graph " + name + " has " + tasks.size() + " tasks, at most " + MAX_TASKS);
    }
    traffic.clear();
    traffic.prepareTime = prepareTime;
    prepareTime = 0;
    consume(previous);
    upload();
    for (int i = 0; i < tasks.size(); i++) {
      launch(tasks.get(i), deviceArguments.get(i), grids);
    }
    transfers.downloads().forEach(this::download);
    traffic.deviceMemory = deviceBytes();
  }

  private Stream<Object> data() {
    return tasks.stream()
        .flatMap(task -> Arrays.stream(task.arguments()))
        .filter(argument -> DeviceData.isDataType(argument.getClass()));
  }

  /** Throws if the graph's data have more bytes. */
  void checkMemory(long limit) {
    Set<Object> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    data().forEach(distinct::add);
    long bytes = distinct.stream().mapToLong(DeviceData::bytes).sum();
    if (bytes > limit) {
      throw new TornadoMemoryException(
          "task graph " + name + " needs " + bytes + " bytes, and the limit is " + limit);
    }
  }

  /** Throws if TornadoVM could not cut all data of the graph into the same batches. */
  void checkBatches() {
    if (!data().allMatch(DeviceData::isArray)
        || data().map(DeviceData::shape).distinct().count() > 1) {
      throw new TornadoBailoutRuntimeException(
          "task graph "
              + name
              + " cannot execute in batches: its arrays must have elements of one size, and as many");
    }
  }

  private void consume(DeviceGraph previous) {
    // As TornadoVM does: a source's name says which objects are meant if that graph ran last;
    // otherwise whichever graph ran last must hold them all.
    boolean sourceRanLast =
        previous != null && consumed.stream().anyMatch(c -> previous.name.equals(c.source()));
    for (GraphStep.Consume consume : consumed) {
      boolean refresh =
          consume.source() == null || !sourceRanLast || previous.name.equals(consume.source());
      for (Object host : consume.objects()) {
        DeviceBuffer held = buffers.get(host);
        DeviceBuffer buffer = held;
        if (refresh) {
          buffer = previous == null ? null : previous.buffers.get(host);
        }
        if (buffer == null) {
          throw new TornadoRuntimeException(
              "task graph "
                  + name
                  + " consumes a "
                  + host.getClass().getSimpleName()
                  + " that "
                  + (previous == null
                      ? "no graph holds: none has been executed before"
                      : "the graph executed just before, " + previous.name + ", does not hold"));
        }
        if (buffer != held) {
          buffer.hold();
          if (held != null) {
            held.release();
          }
          buffers.put(host, buffer);
        }
      }
    }
  }

  private void upload() {
    transfers.requireDeclared();
    transfers.uploadsOfEach().forEach(this::upload);
    if (!firstExecutionDone) {
      transfers.uploadsOfFirst().forEach(this::upload);
    }
    firstExecutionDone = true;
  }

  private void upload(Object host) {
    long asked = System.nanoTime();
    DeviceBuffer buffer = buffer(host);
    long start = System.nanoTime();
    if (!transfers.staysPoisoned(host)) {
      buffer.copyIn();
    }
    traffic.writeTime += System.nanoTime() - start;
    traffic.transferDispatchTime += start - asked;
    traffic.bytesIn += buffer.uploadBytes();
  }

  private void download(Object host) {
    long asked = System.nanoTime();
    DeviceBuffer buffer = buffer(host);
    long start = System.nanoTime();
    buffer.copyOut();
    traffic.readTime += System.nanoTime() - start;
    traffic.transferDispatchTime += start - asked;
    traffic.bytesOut += buffer.bytes();
  }

  private void launch(GraphStep.Task task, Object[] device, GridScheduler grids) {
    long asked = System.nanoTime();
    Object[] host = task.arguments();
    boolean hasContext = false;
    for (int k = 0; k < host.length; k++) {
      device[k] = DeviceData.isDataType(host[k].getClass()) ? buffer(host[k]).device() : host[k];
      hasContext |= host[k] instanceof KernelContext;
    }
    traffic.bytesIn += Traffic.CALL_FRAME_BYTES;
    List<DeviceBuffer> objects = objects(host);
    objects.forEach(DeviceBuffer::exchangeFields);
    long start = System.nanoTime();
    traffic.kernelDispatchTime += start - asked;
    try {
      run(task, device, hasContext, grids);
    } finally {
      traffic.kernelTime += System.nanoTime() - start;
      objects.reversed().forEach(DeviceBuffer::exchangeFields); // two may hold the same one
    }
  }

  private List<DeviceBuffer> objects(Object[] arguments) {
    List<DeviceBuffer> objects = List.of();
    for (Object argument : arguments) {
      if (DeviceObject.isType(argument.getClass()) && !objects.contains(buffer(argument))) {
        objects = objects.isEmpty() ? new ArrayList<>() : objects;
        objects.add(buffer(argument));
      }
    }
    return objects;
  }

  private void run(GraphStep.Task task, Object[] device, boolean hasContext, GridScheduler grids) {
    if (hasContext) {
      String qualifiedName = name + "." + task.id();
      WorkerGrid grid = grids == null ? null : grids.get(qualifiedName);
      ThreadGrid threads = ThreadGrid.of(grid, qualifiedName);
      try {
        threads.run(task.code(), device);
      } catch (WorkGroup.ItemFailure failure) {
        throw new KernelFailure(name, task, device, Optional.of(failure.item()), failure.thrown())
            .described();
      }
    } else {
      // An annotated loop covers its whole range whatever the grid.
      try {
        task.code().run(device);
      } catch (RuntimeException failure) {
        throw new KernelFailure(name, task, device, Optional.empty(), failure).described();
      }
    }
  }

  /** Null when no transfer of this graph names the object, or when it has no device memory yet. */
  DeviceBuffer find(Object host) {
    return transferable.contains(host) ? buffers.get(host) : null;
  }

  /** Whether it is in this graph's device memory, as a field of an object too. */
  boolean holds(Object host) {
    return buffers.containsKey(host)
        || buffers.values().stream().anyMatch(buffer -> buffer.holds(host));
  }

  /** Copies all that it has in device memory back to the host. */
  void copyOut() {
    buffers.values().forEach(DeviceBuffer::copyOut);
  }

  long deviceBytes() {
    long bytes = 0;
    for (DeviceBuffer buffer : buffers.values()) {
      bytes += buffer.bytes();
    }
    return bytes;
  }

  void free() {
    buffers.values().forEach(DeviceBuffer::release);
    buffers.clear();
    firstExecutionDone = false;
  }

  private DeviceBuffer buffer(Object host) {
    return buffers.computeIfAbsent(host, DeviceBuffer::allocate);
  }
}
