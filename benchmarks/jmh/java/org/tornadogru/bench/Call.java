package org.tornadogru.bench;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * A task as a call of its kernel, without a graph and a device's memory around it.
 *
 * @param kernel takes an array of the arguments
 */
@SuppressWarnings("ArrayRecordComponent") // called, never compared
record Call(MethodHandle kernel, Object[] arguments) {

  static Call of(TaskPackage task) {
    Object[] all = task.getTaskParameters();
    Object[] arguments = Arrays.copyOfRange(all, 1, all.length);
    Method apply =
        Arrays.stream(all[0].getClass().getInterfaces())
            .flatMap(type -> Arrays.stream(type.getMethods()))
            .filter(
                method ->
                    method.getName().equals("apply")
                        && Arrays.stream(method.getParameterTypes()).allMatch(Object.class::equals))
            .findFirst()
            .orElseThrow();
    try {
      MethodHandle kernel = MethodHandles.publicLookup().unreflect(apply).bindTo(all[0]);
      return new Call(kernel.asSpreader(Object[].class, arguments.length), arguments);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  void run() {
    try {
      kernel.invoke(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
