package uk.ac.manchester.tornado.api;

import java.util.List;
import uk.ac.manchester.tornado.api.kernels.Kernel;

/** One step of a task graph, in the order in which it was added. */
sealed interface GraphStep {

  record TransferToDevice(int mode, List<Object> objects) implements GraphStep {}

  record TransferToHost(int mode, List<Object> objects) implements GraphStep {}

  record Persist(List<Object> objects) implements GraphStep {}

  /** The source is null for "the graph executed before". */
  record Consume(String source, List<Object> objects) implements GraphStep {}

  @SuppressWarnings("ArrayRecordComponent") // never compared, never shared
  record Task(String id, Code code, Object[] arguments, Kernel kernel) implements GraphStep {}

  /** A task's method with its arguments as one array. */
  @FunctionalInterface
  interface Code {
    void run(Object[] arguments);
  }
}
