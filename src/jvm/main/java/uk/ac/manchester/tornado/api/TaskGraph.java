package uk.ac.manchester.tornado.api;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.kernels.Kernel;
import uk.ac.manchester.tornado.api.libraries.LibraryFunctions;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/**
 * What to run on a device and which data to move there and back, written down step by step. Nothing
 * happens until a {@link TornadoExecutionPlan} executes a {@link #snapshot()} of it.
 */
public class TaskGraph extends TaskMethods {

  private final String name;
  private final List<GraphStep> steps = new ArrayList<>();
  private final Set<String> taskIds = new HashSet<>();

  public TaskGraph(String name) {
    this.name = name;
  }

  public String getTaskGraphName() {
    return name;
  }

  /**
   * Copies objects to the device before the tasks run.
   *
   * @param mode {@code DataTransferMode.FIRST_EXECUTION} or {@code EVERY_EXECUTION}; with {@code
   *     UNDER_DEMAND} nothing is copied
   */
  public TaskGraph transferToDevice(int mode, Object... objects) {
    steps.add(new GraphStep.TransferToDevice(mode, data(objects)));
    return this;
  }

  /**
   * Copies objects back to the host after the tasks have run.
   *
   * @param mode {@code DataTransferMode.EVERY_EXECUTION}, or {@code UNDER_DEMAND}: when {@link
   *     TornadoExecutionResult#transferToHost} asks for it
   */
  public TaskGraph transferToHost(int mode, Object... objects) {
    steps.add(new GraphStep.TransferToHost(mode, dataOnly(objects)));
    return this;
  }

  /** Keeps objects on the device for another graph of the plan to consume. */
  public TaskGraph persistOnDevice(Object... objects) {
    steps.add(new GraphStep.Persist(dataOnly(objects)));
    return this;
  }

  /**
   * Uses the device memory in which another graph of the same plan holds these objects. That must
   * be the graph with which the execution before this one ended: TornadoVM looks at no other,
   * whatever the name.
   */
  public TaskGraph consumeFromDevice(String uniqueTaskGraphName, Object... objects) {
    steps.add(new GraphStep.Consume(uniqueTaskGraphName, dataOnly(objects)));
    return this;
  }

  /** Uses the device memory in which the graph executed before holds these objects. */
  public TaskGraph consumeFromDevice(Object... objects) {
    steps.add(new GraphStep.Consume(null, dataOnly(objects)));
    return this;
  }

  /** The graph as it stands now; steps added later do not change it. */
  public ImmutableTaskGraph snapshot() {
    return new ImmutableTaskGraph(name, steps);
  }

  /**
   * Adds a kernel that is not Java.
   *
   * @throws UnsupportedOperationException always: a plain JVM runs Java
   */
  public TaskGraph prebuiltTask(
      String id, String entryPoint, String filename, AccessorParameters accessorParameters) {
    throw new UnsupportedOperationException(
        "a plain JVM cannot run " + entryPoint + " in " + filename + ": it is no Java");
  }

  /**
   * Adds a kernel that is not Java.
   *
   * @throws UnsupportedOperationException always: a plain JVM runs Java
   */
  public TaskGraph prebuiltTask(
      String id,
      String entryPoint,
      String filename,
      AccessorParameters accessorParameters,
      int[] atomics) {
    return prebuiltTask(id, entryPoint, filename, accessorParameters);
  }

  @Override
  public TaskGraph addTask(TaskPackage taskPackage) {
    String id = taskPackage.getId();
    addTaskId(id);
    Object[] parameters = taskPackage.getTaskParameters();
    Object code = parameters[0];
    Object[] arguments = Arrays.copyOfRange(parameters, 1, parameters.length);
    checkArguments(id, arguments);
    Kernel kernel = Invocation.kernel(code, arguments);
    steps.add(
        withCaptured(id, code, arguments, kernel)
            .orElseGet(
                () ->
                    new GraphStep.Task(
                        id,
                        Invocation.of(code, arguments.length, kernel, Order.current()),
                        arguments,
                        kernel)));
    return this;
  }

  private void addTaskId(String id) {
    if (!taskIds.add(id)) {
      throw new TornadoTaskRuntimeException(
          "task id " + id + " is already used in task graph " + name);
    }
  }

  private static void checkArguments(String id, Object[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      Objects.requireNonNull(arguments[i], "argument " + (i + 1) + " of task " + id + " is null");
      if (!isScalar(arguments[i]) && !(arguments[i] instanceof KernelContext)) {
        DeviceData.checkType(arguments[i]);
      }
    }
  }

  @Override
  TaskGraph addLibraryTask(String id, LibraryTaskDescriptor call) {
    addTaskId(id);
    checkArguments(id, call.getParameters());
    steps.add(
        new GraphStep.Task(
            id,
            LibraryFunctions.of(call)::accept,
            call.getParameters(),
            Kernel.ofLibrary(call.getAccess())));
    return this;
  }

  private static boolean captures(Object code, Predicate<Class<?>> types) {
    return Arrays.stream(code.getClass().getDeclaredFields())
        .filter(captured -> !Modifier.isStatic(captured.getModifiers()))
        .anyMatch(captured -> types.test(captured.getType()));
  }

  /**
   * What a lambda captures would bypass device memory: it becomes an argument, as in TornadoVM.
   *
   * @return empty if it captures nothing that could be in device memory
   */
  private static Optional<GraphStep.Task> withCaptured(
      String id, Object code, Object[] arguments, Kernel kernel) {
    boolean array = captures(code, DeviceData::isArrayType);
    if (!array && !captures(code, DeviceObject::isType)) {
      return Optional.empty();
    }
    Optional<Kernel.Unbound> found = kernel.unbound(code);
    if (!array
        && found.stream()
            .flatMap(unbound -> Arrays.stream(unbound.captured()))
            .noneMatch(DeviceObject::isHoldable)) {
      return Optional.empty();
    }
    Kernel.Unbound unbound =
        found.orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "the code of task %s captures an array: make it an argument of the task"
                        .formatted(id)));
    Object[] all =
        Stream.concat(Arrays.stream(unbound.captured()), Arrays.stream(arguments)).toArray();
    checkArguments(id, all);
    return Optional.of(
        new GraphStep.Task(id, Invocation.of(unbound.method()), all, unbound.kernel()));
  }

  private static boolean isScalar(Object object) {
    return (object instanceof Number && !DeviceData.isDataType(object.getClass()))
        || object instanceof Boolean
        || object instanceof Character
        || object instanceof HalfFloat;
  }

  /** The objects without scalars, which are compiled into the task and not moved. */
  private List<Object> data(Object[] objects) {
    List<Object> data = new ArrayList<>(objects.length);
    for (Object object : objects) {
      if (object == null) {
        throw new TornadoRuntimeException("null passed to a transfer of task graph " + name);
      }
      if (!isScalar(object) && !(object instanceof KernelContext)) {
        data.add(DeviceData.checkType(object));
      }
    }
    return List.copyOf(data);
  }

  private List<Object> dataOnly(Object[] objects) {
    List<Object> data = data(objects);
    if (data.size() < objects.length) {
      throw new TornadoRuntimeException(
          "a scalar passed to a transfer of task graph " + name + ": use an array of one element");
    }
    return data;
  }
}
