package uk.ac.manchester.tornado.api;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;

/** How a task's method is called with its arguments in one array. */
final class Invocation {

  private Invocation() {}

  /** A call of {@link TornadoFunctions}' interface for {@code arity} arguments. */
  static GraphStep.Code of(Object code, int arity) {
    String suffix = arity == 0 ? "" : Integer.toString(arity);
    MethodHandle apply;
    try {
      Class<?> type = Class.forName(TornadoFunctions.class.getName() + "$Task" + suffix);
      MethodType erased = MethodType.genericMethodType(arity).changeReturnType(void.class);
      apply =
          MethodHandles.lookup()
              .findVirtual(type, "apply", erased)
              .bindTo(code)
              .asSpreader(Object[].class, arity);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("there is a Task for each number of arguments", impossible);
    }
    return arguments -> call(apply, arguments);
  }

  private static void call(MethodHandle apply, Object[] arguments) {
    try {
      apply.invokeExact(arguments);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable checked) {
      throw new IllegalStateException("a task cannot throw a checked exception", checked);
    }
  }
}
