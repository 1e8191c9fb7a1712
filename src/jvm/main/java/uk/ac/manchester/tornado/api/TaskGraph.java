package uk.ac.manchester.tornado.api;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task16;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task17;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task18;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task19;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task20;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/**
 * What to run on a device and which data to move there and back, written down step by step. Nothing
 * happens until a {@link TornadoExecutionPlan} executes a {@link #snapshot()} of it.
 */
public class TaskGraph {

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

  /** Adds a task that was described before. */
  public TaskGraph addTask(TaskPackage taskPackage) {
    String id = taskPackage.getId();
    if (!taskIds.add(id)) {
      throw new TornadoTaskRuntimeException(
          "task id " + id + " is already used in task graph " + name);
    }
    Object[] parameters = taskPackage.getTaskParameters();
    Object code = parameters[0];
    Object[] arguments = Arrays.copyOfRange(parameters, 1, parameters.length);
    for (int i = 0; i < arguments.length; i++) {
      Objects.requireNonNull(arguments[i], "argument " + (i + 1) + " of task " + id + " is null");
      if (!isScalar(arguments[i]) && !(arguments[i] instanceof KernelContext)) {
        DeviceData.checkType(arguments[i]);
      }
    }
    checkCaptured(id, code);
    steps.add(
        new GraphStep.Task(
            id,
            Invocation.of(code, arguments.length),
            arguments,
            Invocation.kernel(code, arguments)));
    return this;
  }

  /**
   * What a lambda captures would bypass device memory here, while TornadoVM makes it an argument.
   */
  private static void checkCaptured(String id, Object code) {
    for (Field captured : code.getClass().getDeclaredFields()) {
      if (!Modifier.isStatic(captured.getModifiers())
          && DeviceData.isDataType(captured.getType())) {
        throw new UnsupportedOperationException(
            "the code of task "
                + id
                + " captures a "
                + captured.getType().getSimpleName()
                + ": the plain-JVM runtime needs it as an argument of the task");
      }
    }
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

  public TaskGraph task(String id, Task code) {
    return addTask(new TaskPackage(id, code));
  }

  public <T1> TaskGraph task(String id, Task1<T1> code, T1 arg1) {
    return addTask(new TaskPackage(id, code, arg1));
  }

  public <T1, T2> TaskGraph task(String id, Task2<T1, T2> code, T1 arg1, T2 arg2) {
    return addTask(new TaskPackage(id, code, arg1, arg2));
  }

  public <T1, T2, T3> TaskGraph task(String id, Task3<T1, T2, T3> code, T1 arg1, T2 arg2, T3 arg3) {
    return addTask(new TaskPackage(id, code, arg1, arg2, arg3));
  }

  public <T1, T2, T3, T4> TaskGraph task(
      String id, Task4<T1, T2, T3, T4> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4) {
    return addTask(new TaskPackage(id, code, arg1, arg2, arg3, arg4));
  }

  public <T1, T2, T3, T4, T5> TaskGraph task(
      String id, Task5<T1, T2, T3, T4, T5> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) {
    return addTask(new TaskPackage(id, code, arg1, arg2, arg3, arg4, arg5));
  }

  public <T1, T2, T3, T4, T5, T6> TaskGraph task(
      String id,
      Task6<T1, T2, T3, T4, T5, T6> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6) {
    return addTask(new TaskPackage(id, code, arg1, arg2, arg3, arg4, arg5, arg6));
  }

  public <T1, T2, T3, T4, T5, T6, T7> TaskGraph task(
      String id,
      Task7<T1, T2, T3, T4, T5, T6, T7> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7) {
    return addTask(new TaskPackage(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8> TaskGraph task(
      String id,
      Task8<T1, T2, T3, T4, T5, T6, T7, T8> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8) {
    return addTask(new TaskPackage(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9> TaskGraph task(
      String id,
      Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9) {
    return addTask(new TaskPackage(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> TaskGraph task(
      String id,
      Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10) {
    return addTask(
        new TaskPackage(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> TaskGraph task(
      String id,
      Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> TaskGraph task(
      String id,
      Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> TaskGraph task(
      String id,
      Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> TaskGraph task(
      String id,
      Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13,
      T14 arg14) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13, arg14));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> TaskGraph task(
      String id,
      Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13,
      T14 arg14,
      T15 arg15) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13, arg14, arg15));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> TaskGraph task(
      String id,
      Task16<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13,
      T14 arg14,
      T15 arg15,
      T16 arg16) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13, arg14, arg15, arg16));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>
      TaskGraph task(
          String id,
          Task17<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13, arg14, arg15, arg16, arg17));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18>
      TaskGraph task(
          String id,
          Task18<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18>
              code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17,
          T18 arg18) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13, arg14, arg15, arg16, arg17, arg18));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19>
      TaskGraph task(
          String id,
          Task19<
                  T1,
                  T2,
                  T3,
                  T4,
                  T5,
                  T6,
                  T7,
                  T8,
                  T9,
                  T10,
                  T11,
                  T12,
                  T13,
                  T14,
                  T15,
                  T16,
                  T17,
                  T18,
                  T19>
              code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17,
          T18 arg18,
          T19 arg19) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13, arg14, arg15, arg16, arg17, arg18, arg19));
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20>
      TaskGraph task(
          String id,
          Task20<
                  T1,
                  T2,
                  T3,
                  T4,
                  T5,
                  T6,
                  T7,
                  T8,
                  T9,
                  T10,
                  T11,
                  T12,
                  T13,
                  T14,
                  T15,
                  T16,
                  T17,
                  T18,
                  T19,
                  T20>
              code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17,
          T18 arg18,
          T19 arg19,
          T20 arg20) {
    return addTask(
        new TaskPackage(
            id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12,
            arg13, arg14, arg15, arg16, arg17, arg18, arg19, arg20));
  }
}
