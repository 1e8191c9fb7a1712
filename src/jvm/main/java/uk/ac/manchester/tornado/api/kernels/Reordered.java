package uk.ac.manchester.tornado.api.kernels;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/** A task's code, whose parallel loops run the iterations that the caller says. */
public final class Reordered {

  private final MethodHandle method;

  /** What a lambda or a method reference holds: the method's first arguments. */
  private final Object[] captured;

  private Reordered(MethodHandle method, Object[] captured) {
    this.method = method;
    this.captured = captured;
  }

  /**
   * The code with other iterations.
   *
   * @param nested also of loops within loops
   * @return empty if it has no parallel loop, or one that this runtime does not understand
   */
  static Optional<Reordered> of(
      Object code, Optional<KernelMethod> kernel, int arity, boolean nested) {
    Optional<ParallelLoops> loops = kernel.flatMap(ParallelLoops::of).filter(all -> !all.isEmpty());
    if (loops.isEmpty()) {
      return Optional.empty();
    }
    int count = kernel.get().parameters().size();
    try {
      Object[] captured = captured(code);
      if (loops.get().isUnderstood() && captured.length == count - arity) {
        MethodHandle method = loops.get().rewritten(nested);
        return Optional.of(
            new Reordered(
                method
                    .asType(method.type().generic().changeReturnType(void.class))
                    .asSpreader(Object[].class, count + 2),
                captured));
      }
    } catch (IllegalAccessException | InaccessibleObjectException closed) {
      // as it is written
    }
    System.err.println(
        "tornado.plain.order: the loops of " + kernel.get().name() + " run as they are written");
    return Optional.empty();
  }

  static Object[] captured(Object code) throws IllegalAccessException {
    Field[] fields =
        Arrays.stream(code.getClass().getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .toArray(Field[]::new);
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      fields[i].setAccessible(true);
      values[i] = fields[i].get(code);
    }
    return values;
  }

  /**
   * Runs the code.
   *
   * @param count how many of a loop's iterations run
   * @param position which one is the n-th of them, and how many the loop has
   */
  @SuppressWarnings("IllegalThrows") // whatever the kernel throws
  public void run(Object[] arguments, IntUnaryOperator count, IntBinaryOperator position)
      throws Throwable {
    Object[] all =
        Stream.of(captured, arguments, new Object[] {count, position})
            .flatMap(Arrays::stream)
            .toArray();
    method.invokeExact(all);
  }
}
