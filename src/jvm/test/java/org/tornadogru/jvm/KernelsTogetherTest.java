package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Threads whose first graphs have kernels of the same class. */
@Tag("plain-jvm")
class KernelsTogetherTest {

  private static final int THREADS = 4;
  private static final int CLASSES = 200;

  /** Adds a task to a graph, one of a few. */
  static final class Graphs implements IntFunction<TaskGraph> {

    static void twice(IntArray x) {
      for (@Parallel int i = 0; i < x.getSize(); i++) {
        x.set(i, 2 * x.get(i));
      }
    }

    static void next(IntArray x) {
      for (@Parallel int i = 0; i < x.getSize(); i++) {
        x.set(i, x.get(i) + 1);
      }
    }

    static void negated(IntArray x) {
      for (@Parallel int i = 0; i < x.getSize(); i++) {
        x.set(i, -x.get(i));
      }
    }

    static void squared(IntArray x) {
      for (@Parallel int i = 0; i < x.getSize(); i++) {
        x.set(i, x.get(i) * x.get(i));
      }
    }

    @Override
    public TaskGraph apply(int kernel) {
      IntArray x = new IntArray(4);
      TaskGraph graph = new TaskGraph("together");
      return switch (kernel) {
        case 0 -> graph.task("twice", Graphs::twice, x);
        case 1 -> graph.task("next", Graphs::next, x);
        case 2 -> graph.task("negated", Graphs::negated, x);
        default -> graph.task("squared", Graphs::squared, x);
      };
    }
  }

  /** Defines a class that nobody has looked at. */
  private static final class Anew extends ClassLoader {
    Anew() {
      super(KernelsTogetherTest.class.getClassLoader());
    }

    @SuppressWarnings("unchecked") // the class is one of ours
    IntFunction<TaskGraph> graphs() throws IOException, ReflectiveOperationException {
      String name = Graphs.class.getName();
      byte[] file;
      try (InputStream found = getResourceAsStream(name.replace('.', '/') + ".class")) {
        file = found.readAllBytes();
      }
      var constructor = defineClass(name, file, 0, file.length).getDeclaredConstructor();
      constructor.setAccessible(true);
      return (IntFunction<TaskGraph>) constructor.newInstance();
    }
  }

  @Test
  void threadsLookAtKernelsOfOneClass() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < CLASSES; i++) {
        IntFunction<TaskGraph> graphs = new Anew().graphs();
        CyclicBarrier begin = new CyclicBarrier(THREADS);
        List<Future<TaskGraph>> built =
            IntStream.range(0, THREADS)
                .mapToObj(
                    kernel ->
                        threads.submit(
                            () -> {
                              begin.await();
                              return graphs.apply(kernel);
                            }))
                .toList();
        for (Future<TaskGraph> graph : built) {
          assertThat(graph.get()).isNotNull();
        }
      }
    }
  }
}
