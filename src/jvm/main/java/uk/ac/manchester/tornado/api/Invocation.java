package uk.ac.manchester.tornado.api;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;
import uk.ac.manchester.tornado.api.kernels.Kernel;
import uk.ac.manchester.tornado.api.kernels.Reordered;

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

  /** A call of a method with all its parameters. */
  static GraphStep.Code of(MethodHandle method) {
    MethodHandle apply =
        method
            .asType(method.type().generic().changeReturnType(void.class))
            .asSpreader(Object[].class, method.type().parameterCount());
    return arguments -> call(apply, arguments);
  }

  /** The same, with the iterations of its parallel loops in an order. */
  static GraphStep.Code of(Object code, int arity, Kernel kernel, Order order) {
    GraphStep.Code asWritten = of(code, arity);
    return switch (order) {
      case WRITTEN -> asWritten;
      case SHUFFLED ->
          kernel
              .reordered(code, true)
              .map(
                  loops ->
                      (GraphStep.Code)
                          arguments -> call(loops, arguments, size -> size, new Shuffled()))
              .orElse(asWritten);
      case PARALLEL ->
          kernel.isReduction()
              ? asWritten
              : kernel.reordered(code, false).map(Invocation::onAllCores).orElse(asWritten);
    };
  }

  /** Positions in a loop; many loops of one size follow each other. */
  private static final class Shuffled implements IntBinaryOperator {
    private Order.Shuffle last = Order.Shuffle.of(0);

    @Override
    public int applyAsInt(int i, int size) {
      if (last.size() != size) {
        last = Order.Shuffle.of(size);
      }
      return last.get(i);
    }
  }

  private static GraphStep.Code onAllCores(Reordered loops) {
    int parts = Runtime.getRuntime().availableProcessors();
    return arguments ->
        Order.PARALLEL.forEach(
            parts,
            part ->
                call(
                    loops,
                    arguments,
                    size -> Math.ceilDiv(size - part, parts),
                    (i, size) -> i * parts + part));
  }

  private static void call(
      Reordered loops, Object[] arguments, IntUnaryOperator count, IntBinaryOperator position) {
    try {
      loops.run(arguments, count, position);
    } catch (Throwable failure) {
      Order.rethrow(failure);
    }
  }

  /** What the bytecode of a task's method says. */
  static Kernel kernel(Object code, Object[] arguments) {
    return Kernel.of(code, arguments, () -> failingFrame(code, arguments));
  }

  /**
   * Calls a task's method without arrays, and without what objects that it captures hold. Most
   * methods fail in their first lines, none can do harm.
   *
   * @return the method and its line, if it is the one that failed
   */
  private static Optional<StackTraceElement> failingFrame(Object code, Object[] arguments) {
    Object[] scalars = arguments.clone();
    for (int i = 0; i < scalars.length; i++) {
      if (DeviceData.isData(scalars[i]) || scalars[i] instanceof KernelContext) {
        scalars[i] = null;
      }
    }
    try (Emptied captured = new Emptied(Kernel.captured(code))) {
      if (captured.isComplete()) {
        of(code, arguments.length).run(scalars);
      }
    } catch (RuntimeException | LinkageError | StackOverflowError failure) {
      StackTraceElement[] frames = failure.getStackTrace();
      for (int i = 1; i < frames.length; i++) {
        if (frames[i].getClassName().equals(Invocation.class.getName())) {
          return Optional.of(frames[i - 1]);
        }
      }
    }
    return Optional.empty();
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
