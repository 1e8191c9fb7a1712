package uk.ac.manchester.tornado.api;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** What went wrong inside a kernel, said in the words of the program. */
final class KernelFailure {

  private static final String RUNTIME = "uk.ac.manchester.tornado.api.";
  private static final Pattern BOUNDS =
      Pattern.compile("Index (-?\\d+) out of bounds for length (\\d+)");

  private final GraphStep.Task task;
  private final Object[] arguments;
  private final RuntimeException failure;
  private final String where;

  /**
   * Looks at an exception that a kernel threw.
   *
   * @param graph the task is of
   * @param arguments that the kernel had
   * @param item the work-item; empty for a loop
   */
  KernelFailure(
      String graph,
      GraphStep.Task task,
      Object[] arguments,
      Optional<KernelContext> item,
      RuntimeException failure) {
    this.task = task;
    this.arguments = arguments;
    this.failure = failure;
    where =
        "in task %s.%s%s%s"
            .formatted(
                graph,
                task.id(),
                frames()
                    .findFirst()
                    .map(Object::toString)
                    .or(() -> task.kernel().name())
                    .map(frame -> ", at " + frame)
                    .orElse(""),
                item.map(KernelFailure::name).orElse(""));
  }

  private static String name(KernelContext item) {
    return ", in work-item (%d, %d, %d) of work-group (%d, %d, %d)"
        .formatted(
            item.localIdx,
            item.localIdy,
            item.localIdz,
            item.groupIdx,
            item.groupIdy,
            item.groupIdz);
  }

  /** Of the kernel, and of what it calls; Java hides those of a kernel in another order. */
  private Stream<StackTraceElement> frames() {
    return framesOutsideTheJdk()
        .takeWhile(frame -> !frame.getClassName().equals(Invocation.class.getName()))
        .filter(frame -> !frame.getClassName().startsWith(RUNTIME));
  }

  private Stream<StackTraceElement> framesOutsideTheJdk() {
    return Arrays.stream(failure.getStackTrace())
        .filter(frame -> !frame.getClassName().startsWith("java."))
        .filter(frame -> !frame.getClassName().startsWith("jdk."));
  }

  /** The same exception; an index out of bounds says which array's it is. */
  RuntimeException described() {
    if (failure instanceof TornadoRuntimeException) {
      return failure;
    }
    if (failure instanceof IndexOutOfBoundsException) {
      RuntimeException described = new IndexOutOfBoundsException(outOfBounds() + " " + where);
      described.initCause(failure);
      return described;
    }
    failure.addSuppressed(new TornadoRuntimeException(where));
    return failure;
  }

  private String outOfBounds() {
    Matcher bounds = BOUNDS.matcher(String.valueOf(failure.getMessage()));
    if (!bounds.matches()) {
      return failure.getMessage() == null
          ? "an index is out of an array (-XX:-OmitStackTraceInFastThrow would say which)"
          : failure.getMessage();
    }
    String index = bounds.group(1);
    String size = bounds.group(2);
    String type = throwing();
    List<Integer> arrays =
        IntStream.range(0, arguments.length)
            .filter(i -> arguments[i].getClass().getName().equals(type))
            .filter(i -> arguments[i] instanceof TornadoNativeArray)
            .filter(i -> ((TornadoNativeArray) arguments[i]).getSize() == Integer.parseInt(size))
            .boxed()
            .toList();
    return arrays.isEmpty()
        ? "index %s is out of an array of %s elements".formatted(index, size)
        : "index %s is out of %s, a %s of %s elements,"
            .formatted(
                index,
                arrays.stream().map(this::argumentName).collect(Collectors.joining(" or ")),
                arguments[arrays.getFirst()].getClass().getSimpleName(),
                size);
  }

  /** The class whose method found the index wrong, or asked the JDK about it. */
  private String throwing() {
    return framesOutsideTheJdk().findFirst().map(StackTraceElement::getClassName).orElse("");
  }

  private String argumentName(int argument) {
    return task.kernel().parameterName(argument).orElse("argument " + (argument + 1));
  }
}
