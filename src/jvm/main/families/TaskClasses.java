import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The template of what there is once for each number of arguments: the shapes of tasks' methods,
 * and the methods that take one.
 */
final class TaskClasses {

  private static final int MAX_ARGUMENTS = 20;

  private TaskClasses() {}

  private static String list(int arguments, IntFunction<String> each) {
    return IntStream.rangeClosed(1, arguments).mapToObj(each).collect(Collectors.joining(", "));
  }

  /** The words of a template for so many arguments: none is said as nothing. */
  private static String fill(String template, int arguments) {
    String types = list(arguments, i -> "T" + i);
    String parameters = list(arguments, i -> "T" + i + " arg" + i);
    String values = list(arguments, i -> "arg" + i);
    return template
        .replace("TYPED ", arguments == 0 ? "" : "<" + types + "> ")
        .replace("TYPES", arguments == 0 ? "" : "<" + types + ">")
        .replace("Task#", arguments == 0 ? "Task" : "Task" + arguments)
        .replace("#", Integer.toString(arguments))
        .replace(", PARAMETERS", arguments == 0 ? "" : ", " + parameters)
        .replace(", VALUES", arguments == 0 ? "" : ", " + values)
        .replace("PARAMETERS", parameters)
        .replace("VALUES", values);
  }

  private static String all(int first, String template) {
    return IntStream.rangeClosed(first, MAX_ARGUMENTS)
        .mapToObj(arguments -> fill(template, arguments))
        .collect(Collectors.joining());
  }

  static String functions() {
    return """
        package uk.ac.manchester.tornado.api.common;

        /** Shapes of the methods that a task can run, or that a library has: up to twenty parameters. */
        public final class TornadoFunctions {

          public TornadoFunctions() {}
        """
        + all(
            0,
            """

              /** A kernel. */
              @FunctionalInterface
              public interface Task#TYPES {
                void apply(PARAMETERS);
              }
            """)
        + all(
            1,
            """

              /** A method that describes a call of a library. */
              @FunctionalInterface
              public interface LibraryTask#TYPES {
                LibraryTaskDescriptor apply(PARAMETERS);
              }
            """)
        + "}\n";
  }

  static String taskPackage() {
    return """
        package uk.ac.manchester.tornado.api.common;

        import uk.ac.manchester.tornado.api.common.TornadoFunctions.*;

        /** A task before it is part of a graph: its id, its method, and what that is called with. */
        public class TaskPackage {

          private final String id;
          private final int taskType;
          private final Object[] taskParameters;
          private long numThreadsToRun;

          private TaskPackage(String id, int taskType, Object[] taskParameters) {
            this.id = id;
            this.taskType = taskType;
            this.taskParameters = taskParameters;
          }

          public String getId() {
            return id;
          }

          /** How many arguments the method takes. */
          public int getTaskType() {
            return taskType;
          }

          public long getNumThreadsToRun() {
            return numThreadsToRun;
          }

          public void setNumThreadsToRun(long numThreads) {
            numThreadsToRun = numThreads;
          }

          /** The method, then its arguments. */
          public Object[] getTaskParameters() {
            return taskParameters;
          }

          /** Whether the task is a kernel in a file; here none is. */
          public boolean isPrebuiltTask() {
            return false;
          }
        """
        + all(
            0,
            """

              public TYPED TaskPackage(String id, Task#TYPES code, PARAMETERS) {
                this(id, #, new Object[] {code, VALUES});
              }

              public static TYPED TaskPackage createPackage(String id, Task#TYPES code, PARAMETERS) {
                return new TaskPackage(id, code, VALUES);
              }
            """)
        + "}\n";
  }

  static String taskMethods() {
    return """
        package uk.ac.manchester.tornado.api;

        import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
        import uk.ac.manchester.tornado.api.common.TaskPackage;
        import uk.ac.manchester.tornado.api.common.TornadoFunctions.*;

        /** How tasks are added to a graph, once for each number of arguments. */
        abstract class TaskMethods {

          TaskMethods() {}

          /** Adds a task that was described before. */
          public abstract TaskGraph addTask(TaskPackage taskPackage);

          abstract TaskGraph addLibraryTask(String id, LibraryTaskDescriptor call);
        """
        + all(
            0,
            """

              /** Adds a kernel and what it is called with. */
              public TYPED TaskGraph task(String id, Task#TYPES code, PARAMETERS) {
                return addTask(new TaskPackage(id, code, VALUES));
              }
            """)
        + all(
            1,
            """

              /**
               * Adds a call of a library.
               *
               * @param code describes the call, for example a method of TornadoVM's {@code CuBlas}
               * @throws UnsupportedOperationException if this runtime does not have the function
               */
              public TYPED TaskGraph libraryTask(String id, LibraryTask#TYPES code, PARAMETERS) {
                return addLibraryTask(id, code.apply(VALUES));
              }
            """)
        + "}\n";
  }
}
