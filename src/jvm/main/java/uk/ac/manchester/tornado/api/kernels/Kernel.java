package uk.ac.manchester.tornado.api.kernels;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What is known of the code of a task. */
public final class Kernel {

  /** By the class of a task's code: a lambda has a class of its own. */
  private static final ClassValue<Kernel[]> KNOWN =
      new ClassValue<>() {
        @Override
        protected Kernel[] computeValue(Class<?> type) {
          return new Kernel[1];
        }
      };

  private final Optional<KernelMethod> method;

  /** Of all parameters of the method, what it captures included; empty if that is not known. */
  private final List<Access> accesses;

  private final int arity;
  private final Optional<KernelLint> lint;

  private Kernel(Optional<KernelMethod> method, int arity) {
    this.method = method;
    this.arity = arity;
    Set<KernelMethod> reached = new LinkedHashSet<>();
    accesses = method.flatMap(kernel -> Walk.follow(kernel, reached)).orElse(List.of());
    lint = method.map(kernel -> new KernelLint(kernel, reached, arity));
  }

  private Kernel(List<Access> accesses) {
    this.method = Optional.empty();
    this.arity = accesses.size();
    this.accesses = accesses;
    this.lint = Optional.empty();
  }

  private Kernel(Kernel bound, int arity) {
    this.method = bound.method;
    this.arity = arity;
    this.accesses = bound.accesses;
    this.lint = bound.lint;
  }

  /**
   * A task's code whose captured values are arguments, too.
   *
   * @param captured they come first
   * @param method takes them and the task's own arguments
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Unbound(Object[] captured, MethodHandle method, Kernel kernel) {}

  /** What a lambda or a method reference holds; nothing if that is closed to this runtime. */
  public static Object[] captured(Object code) {
    try {
      return Reordered.captured(code);
    } catch (IllegalAccessException | InaccessibleObjectException closed) {
      return new Object[0];
    }
  }

  /** Empty if the code's method is not found, or its class is closed to this runtime. */
  public Optional<Unbound> unbound(Object code) {
    if (method.isEmpty()) {
      return Optional.empty();
    }
    int count = method.get().parameters().size();
    try {
      Object[] captured = Reordered.captured(code);
      return captured.length == count - arity
          ? Optional.of(new Unbound(captured, method.get().handle(), new Kernel(this, count)))
          : Optional.empty();
    } catch (IllegalAccessException | InaccessibleObjectException closed) {
      return Optional.empty();
    }
  }

  /** Of a function that says itself what it does with its arguments. */
  public static Kernel ofLibrary(uk.ac.manchester.tornado.api.common.Access[] declared) {
    return new Kernel(Arrays.stream(declared).map(Access::of).toList());
  }

  /**
   * Looks at the code of a task.
   *
   * @param probe calls the code without its arrays and says where that failed
   * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException if a device could not
   *     run it, and {@code tornado.plain.lint} is {@code error}
   */
  public static Kernel of(
      Object code, Object[] arguments, Supplier<Optional<StackTraceElement>> probe) {
    return alone(
        () -> {
          Kernel[] known = KNOWN.get(code.getClass());
          if (known[0] == null) {
            known[0] = new Kernel(KernelMethod.find(code, arguments, probe), arguments.length);
          }
          known[0].lint.ifPresent(KernelLint::report);
          return known[0];
        });
  }

  /** Reads class files: they are parsed as they are read, which two threads must not do at once. */
  private static <T> T alone(Supplier<T> reading) {
    synchronized (Kernel.class) {
      return reading.get();
    }
  }

  /** What it does with an argument. */
  public Access access(int argument) {
    return accesses.isEmpty() ? Access.UNKNOWN : accesses.get(accesses.size() - arity + argument);
  }

  /**
   * A task's code with its parallel loops' iterations as the caller says.
   *
   * @param nested also of loops within loops
   * @return empty if it runs as it is written
   */
  public Optional<Reordered> reordered(Object code, boolean nested) {
    return alone(() -> Reordered.of(code, method, arity, nested));
  }

  /**
   * Whether a parameter is the result of all iterations of a loop, which a device puts together.
   */
  public boolean isReduction() {
    return alone(() -> method.filter(KernelMethod::isReduction).isPresent());
  }

  /** What the program calls one of its arguments. */
  public Optional<String> parameterName(int argument) {
    return alone(
        () ->
            method.flatMap(
                kernel -> kernel.parameterName(kernel.parameters().size() - arity + argument)));
  }

  /** As a program would write it; empty if it was not found. */
  public Optional<String> name() {
    return method.map(KernelMethod::name);
  }
}
