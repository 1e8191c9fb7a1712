package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tornadogru.device.Transfers;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Touch;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * One task graph of a plan, written down before TornadoVM gets it: what is known of all its tasks
 * and transfers gives the tasks their grids, counts the bytes that cross, and says which memory
 * nobody but tasks writes.
 */
final class PlanGraph {

  /** Tasks that are executed several times, counted in the order of all tasks. */
  record Repetition(int first, int end, int times) {}

  private final String name;

  /** How often it is executed, one time after the other. */
  int times = 1;

  final List<Repetition> repetitions = new ArrayList<>();
  final List<Launch> launches = new ArrayList<>();
  final Set<Object> uploadedOnce = new LinkedHashSet<>();
  final Set<Object> uploaded = new LinkedHashSet<>();
  final Set<Object> carried = new LinkedHashSet<>();
  final Set<Object> downloaded = new LinkedHashSet<>();
  final Set<Object> onDemand = new LinkedHashSet<>();
  final Set<Object> persistent = new LinkedHashSet<>();

  /** By the first task that has them, what nothing but tasks writes: {@link Unwritten} at first. */
  private final Map<String, List<Object>> marked = new LinkedHashMap<>();

  /** By the graph that left them on the device; without a name whichever was executed before. */
  final Map<String, Set<Object>> consumed = new LinkedHashMap<>();

  private Transfers transfers;

  PlanGraph(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** How often it is executed, one time after the other. */
  int times() {
    return times;
  }

  /**
   * Adds tasks that are executed several times. They become a graph of their own, which moves
   * nothing if tasks before have the arrays that they read of the host.
   *
   * @param tasks adds them, not many
   */
  PlanGraph repeat(int times, Consumer<PlanGraph> tasks) {
    int first = launches.size();
    tasks.accept(this);
    if (times > 1) {
      repetitions.add(new Repetition(first, launches.size(), times));
    }
    return this;
  }

  /**
   * Adds what is done many times, one time like the other, as some that are repeated; behind the
   * last one they have to do nothing.
   *
   * @param most in a graph that is repeated
   * @param each adds the tasks of one; it gets its number in that graph
   */
  PlanGraph repeat(int count, int most, ObjIntConsumer<PlanGraph> each) {
    int times = Math.ceilDiv(count, most);
    int together = Math.ceilDiv(count, times);
    return repeat(
        times,
        repeated -> {
          for (int i = 0; i < together; i++) {
            each.accept(repeated, i);
          }
        });
  }

  /** Adds a kernel, in the form that a set has it. */
  PlanGraph add(Launch launch) {
    launches.add(launch);
    return this;
  }

  /** Adds kernels that follow each other. */
  PlanGraph add(List<Launch> several) {
    launches.addAll(several);
    return this;
  }

  /** Adds a parallel loop. */
  PlanGraph loop(int range, TaskPackage task) {
    return add(Launch.loop(range, task));
  }

  /** Adds two parallel loops, one inside the other. */
  PlanGraph loop(int outer, int inner, TaskPackage task) {
    return add(Launch.loop(outer, inner, task));
  }

  /** Copies arrays to the device in the first execution. */
  PlanGraph uploadOnce(Object... arrays) {
    Collections.addAll(uploadedOnce, arrays);
    return this;
  }

  /** Lets tasks read what the execution before wrote: in the first one, what the host has. */
  PlanGraph carry(Object... arrays) {
    Collections.addAll(carried, arrays);
    return this;
  }

  /** Copies arrays to the device in each execution. */
  PlanGraph upload(Object... arrays) {
    Collections.addAll(uploaded, arrays);
    return this;
  }

  /** Copies arrays to the host in each execution. */
  PlanGraph download(Object... arrays) {
    Collections.addAll(downloaded, arrays);
    return this;
  }

  /** Lets {@link ExecutionPlan#download} copy arrays to the host. */
  PlanGraph downloadOnDemand(Object... arrays) {
    Collections.addAll(onDemand, arrays);
    return this;
  }

  /** Takes arrays that the graph executed before has left on the device. */
  PlanGraph consume(Object... arrays) {
    return consumeFrom("", arrays);
  }

  /** Takes arrays that a certain graph has left on the device; it has to be executed before. */
  PlanGraph consumeFrom(String graph, Object... arrays) {
    Collections.addAll(consumed.computeIfAbsent(graph, key -> new LinkedHashSet<>()), arrays);
    return this;
  }

  /** Leaves arrays on the device for other graphs. */
  PlanGraph persist(Object... arrays) {
    Collections.addAll(persistent, arrays);
    return this;
  }

  /** The same in as many graphs as TornadoVM needs, to be executed one after the other. */
  List<PlanGraph> parts() {
    return new GraphParts(this).parts();
  }

  /** Puts other tasks of the same names in the place of its own. */
  void replaceTasks(UnaryOperator<TaskPackage> replacement) {
    launches.replaceAll(launch -> launch.of(replacement.apply(launch.task())));
  }

  /** The tasks, in their order. */
  Stream<TaskPackage> packages() {
    return launches.stream().map(Launch::task);
  }

  /** The names of the tasks, in their order. */
  List<String> tasks() {
    return packages().map(TaskPackage::getId).toList();
  }

  /** What goes to the device from the host, ever. */
  Stream<Object> inputs() {
    return Stream.concat(uploadedOnce.stream(), uploaded.stream());
  }

  /** What comes to the host in each execution and is not read there before. */
  Stream<Object> results() {
    return downloaded.stream().filter(array -> !uploaded.contains(array));
  }

  /** What the host may ask for after an execution. */
  Stream<Object> onDemand() {
    return onDemand.stream();
  }

  /** What {@link #build} has marked on the device, by the first task that has it. */
  Map<String, List<Object>> marked() {
    return marked;
  }

  /** What crosses in each execution. */
  Transfers transfers() {
    if (transfers == null) { // not in every execution, which may take microseconds
      Set<Object> used = arguments();
      transfers = new Transfers(bytes(uploaded, used), bytes(downloaded, used));
    }
    return transfers;
  }

  /** What crosses in the first execution besides. */
  Transfers firstTransfers() {
    return new Transfers(bytes(uploadedOnce, arguments()), 0);
  }

  /** Like TornadoVM, moves nothing that no task uses. */
  private static long bytes(Set<Object> arrays, Set<Object> used) {
    return arrays.stream()
        .filter(used::contains)
        .mapToLong(array -> ((TornadoNativeArray) array).getNumBytesOfSegmentWithHeader())
        .sum();
  }

  /** The arrays that its tasks have. */
  Set<Object> arguments() {
    return arguments(launches);
  }

  /** Whether some task runs as work-groups. */
  boolean hasGroups() {
    return launches.stream().anyMatch(Launch.Groups.class::isInstance);
  }

  static Set<Object> arguments(List<Launch> launches) {
    return launches.stream()
        .flatMap(launch -> Stream.of(launch.task().getTaskParameters()))
        .filter(TornadoNativeArray.class::isInstance)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Makes TornadoVM's graph of it.
   *
   * @param grids gives the tasks their work-items
   * @param marks whether what only tasks write begins as {@link Unwritten}
   * @throws java.nio.BufferOverflowException if it is more than TornadoVM describes in one graph
   */
  ImmutableTaskGraph build(Grids grids, boolean marks) {
    TaskGraph graph = new TaskGraph(name);
    transfer(graph);
    if (marks) {
      addMarks(graph);
    } else if (!carried.isEmpty()) { // of marked arrays, the marks are what the host has
      graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, carried.toArray());
    }
    launches.forEach(launch -> grids.add(graph, launch));
    if (!downloaded.isEmpty()) {
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, downloaded.toArray());
    }
    Object[] asked = Stream.concat(onDemand.stream(), allMarked()).distinct().toArray();
    if (asked.length > 0) {
      graph.transferToHost(DataTransferMode.UNDER_DEMAND, asked);
    }
    if (!persistent.isEmpty()) {
      graph.persistOnDevice(persistent.toArray());
    }
    return graph.snapshot();
  }

  private void transfer(TaskGraph graph) {
    consumed.forEach(
        (source, arrays) -> {
          if (source.isEmpty()) {
            graph.consumeFromDevice(arrays.toArray());
          } else {
            graph.consumeFromDevice(source, arrays.toArray());
          }
        });
    if (!uploadedOnce.isEmpty()) {
      graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, uploadedOnce.toArray());
    }
    if (!uploaded.isEmpty()) {
      graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, uploaded.toArray());
    }
  }

  /**
   * Adds tasks that read what only tasks write. TornadoVM then uploads these arrays, once, while it
   * would leave what a graph writes first as it finds it on the device.
   */
  private void addMarks(TaskGraph graph) {
    Set<Object> known = new LinkedHashSet<>();
    inputs().forEach(known::add);
    consumed.values().forEach(known::addAll);
    for (Launch launch : launches) {
      List<Object> first =
          Arrays.stream(launch.task().getTaskParameters())
              .filter(TornadoNativeArray.class::isInstance)
              .filter(known::add)
              .toList();
      first.forEach(Unwritten::mark);
      if (!first.isEmpty()) {
        marked.put(launch.task().getId(), first);
      }
    }
    List<FloatArray> floats = marked(FloatArray.class);
    for (int first = 0; first < floats.size(); first += Touch.ARRAYS) {
      int end = Math.min(first + Touch.ARRAYS, floats.size());
      graph.addTask(touch("touch" + first, floats.subList(first, end)));
    }
    List<IntArray> ints = marked(IntArray.class);
    for (int i = 0; i < ints.size(); i++) {
      graph.task("touchInts" + i, Touch::ints, ints.get(i), HostArrays.ints(1));
    }
  }

  /**
   * A task that reads arrays, so that TornadoVM uploads them.
   *
   * @param arrays at most {@link Touch#ARRAYS}
   */
  static TaskPackage touch(String id, List<FloatArray> arrays) {
    FloatArray[] a = new FloatArray[Touch.ARRAYS];
    Arrays.setAll(a, i -> arrays.get(Math.min(i, arrays.size() - 1)));
    FloatArray seen = HostArrays.floats(Touch.ARRAYS);
    return new TaskPackage(
        id,
        Touch::floats,
        a[0],
        a[1],
        a[2],
        a[3],
        a[4],
        a[5],
        a[6],
        a[7],
        a[8],
        a[9],
        a[10],
        a[11],
        seen);
  }

  private <T> List<T> marked(Class<T> type) {
    return allMarked().filter(type::isInstance).map(type::cast).toList();
  }

  private Stream<Object> allMarked() {
    return marked.values().stream().flatMap(List::stream);
  }
}
