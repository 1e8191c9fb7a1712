package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.jvm.Kernels.counting;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.annotations.Reduce;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Another order finds kernels whose results depend on one, and no others. */
@Tag("plain-jvm")
class OrderTest {

  private static final int SIZE = 96;

  private final String orderBefore = System.getProperty("tornado.plain.order");
  private final String seedBefore = System.getProperty("tornado.plain.seed");

  @BeforeEach
  void aSeed() {
    System.setProperty("tornado.plain.seed", "7");
  }

  @AfterEach
  void asBefore() {
    restore("tornado.plain.order", orderBefore);
    restore("tornado.plain.seed", seedBefore);
  }

  private static void restore(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  /** sums[i] = numbers[0] + … + numbers[i], from the iteration before: wrong on a device. */
  static void runningSum(FloatArray numbers, FloatArray sums) {
    for (@Parallel int i = 0; i < numbers.getSize(); i++) {
      float before = i == 0 ? 0 : sums.get(i - 1);
      sums.set(i, before + numbers.get(i));
    }
  }

  static void squares(FloatArray numbers, FloatArray squares) {
    for (@Parallel int i = 0; i < numbers.getSize(); i++) {
      float number = numbers.get(i);
      squares.set(i, number * number);
    }
  }

  /** Its place in the order in which elements of [rows][columns] are visited, which it counts. */
  static void visits(IntArray counter, IntArray visits) {
    for (@Parallel int row = 1; row < 8; row++) {
      for (@Parallel int column = 0; column < 12; column++) {
        if (column == 11) {
          continue;
        }
        visits.set(row * 12 + column, counter.get(0));
        counter.set(0, counter.get(0) + 1);
      }
    }
  }

  static void sum(FloatArray numbers, @Reduce FloatArray sum) {
    sum.set(0, 0);
    for (@Parallel int i = 0; i < numbers.getSize(); i++) {
      sum.set(0, sum.get(0) + numbers.get(i));
    }
  }

  static void sizes(FloatArray numbers, FloatArray sizes) {
    int i = 0;
    while (i < numbers.getSize()) {
      sizes.set(i, numbers.getSize());
      i++;
    }
  }

  /** The neighbour's number, through local memory; a barrier is forgotten. */
  static void hasty(KernelContext context, FloatArray numbers, FloatArray neighbours) {
    float[] shared = context.allocateFloatLocalArray(SIZE);
    int i = context.localIdx;
    shared[i] = numbers.get(context.globalIdx);
    neighbours.set(context.globalIdx, shared[Math.max(0, i - 1)]);
  }

  static void patient(KernelContext context, FloatArray numbers, FloatArray neighbours) {
    float[] shared = context.allocateFloatLocalArray(SIZE);
    int i = context.localIdx;
    shared[i] = numbers.get(context.globalIdx);
    context.localBarrier();
    neighbours.set(context.globalIdx, shared[Math.max(0, i - 1)]);
  }

  /** The number that is three lanes further. */
  static void further(KernelContext context, FloatArray numbers, FloatArray others) {
    float other = context.simdShuffleDown(numbers.get(context.globalIdx), 3);
    others.set(context.globalIdx, other);
  }

  private static <A, B> B run(String order, Task2<A, B> kernel, A in, B out) {
    System.setProperty("tornado.plain.order", order);
    TaskGraph graph =
        new TaskGraph("order")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in, out)
            .task("task", kernel, in, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    new TornadoExecutionPlan(graph.snapshot()).execute();
    return out;
  }

  private static float[] runGrid(
      String order, Task3<KernelContext, FloatArray, FloatArray> kernel, int group) {
    System.setProperty("tornado.plain.order", order);
    FloatArray in = counting(SIZE);
    FloatArray out = new FloatArray(SIZE);
    TaskGraph graph =
        new TaskGraph("order")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
            .task("task", kernel, new KernelContext(), in, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    WorkerGrid grid = new WorkerGrid1D(SIZE);
    grid.setLocalWork(group, 1, 1);
    new TornadoExecutionPlan(graph.snapshot())
        .withGridScheduler(new GridScheduler("order.task", grid))
        .execute();
    return out.toHeapArray();
  }

  @Test
  void aDependentIterationShows() {
    FloatArray numbers = counting(SIZE);
    float[] right =
        run("written", OrderTest::runningSum, numbers, new FloatArray(SIZE)).toHeapArray();
    assertThat(right[SIZE - 1]).isEqualTo(SIZE * (SIZE - 1) / 2f);
    assertThat(run("shuffled", OrderTest::runningSum, numbers, new FloatArray(SIZE)).toHeapArray())
        .isNotEqualTo(right);
  }

  @ParameterizedTest
  @ValueSource(strings = {"written", "shuffled", "parallel"})
  void independentIterationsAreAsBefore(String order) {
    float[] squares =
        run(order, OrderTest::squares, counting(SIZE), new FloatArray(SIZE)).toHeapArray();
    for (int i = 0; i < SIZE; i++) {
      assertThat(squares[i]).isEqualTo(i * i);
    }
    for (int size : new int[] {0, 1, 2, 3}) {
      float[] few = run(order, OrderTest::squares, counting(size), new FloatArray(3)).toHeapArray();
      assertThat(Arrays.copyOf(few, size)).isEqualTo(Arrays.copyOf(new float[] {0, 1, 4}, size));
    }
  }

  @Test
  void eachIterationOfNestedLoopsRunsOnce() {
    IntArray visits = new IntArray(8 * 12);
    visits.init(-1);
    int[] found = run("shuffled", OrderTest::visits, new IntArray(1), visits).toHeapArray();
    for (int i = 0; i < 96; i++) {
      if (i < 12 || i % 12 == 11) {
        assertThat(found[i]).isEqualTo(-1);
      }
    }
    int[] inOrder = Arrays.stream(found).filter(visit -> visit >= 0).toArray();
    assertThat(Arrays.stream(inOrder).sorted().toArray())
        .isEqualTo(IntStream.range(0, 7 * 11).toArray());
    assertThat(inOrder).isNotEqualTo(IntStream.range(0, 7 * 11).toArray());
  }

  @Test
  void aSeedSaysTheOrder() {
    int[][] orders = new int[3][];
    for (int i = 0; i < 3; i++) {
      System.setProperty("tornado.plain.seed", i == 2 ? "8" : "7");
      orders[i] =
          run("shuffled", OrderTest::visits, new IntArray(1), new IntArray(96)).toHeapArray();
    }
    assertThat(orders[1]).isEqualTo(orders[0]);
    assertThat(orders[2]).isNotEqualTo(orders[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"written", "shuffled", "parallel"})
  void reductionsAndLoopsThatAreNotParallelStayRight(String order) {
    FloatArray sum = run(order, OrderTest::sum, counting(SIZE), new FloatArray(1));
    assertThat(sum.get(0)).isEqualTo(SIZE * (SIZE - 1) / 2f);
    assertThat(run(order, OrderTest::sizes, counting(5), new FloatArray(5)).toHeapArray())
        .containsOnly(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"written", "shuffled", "parallel"})
  void lambdasWithWhatTheyCapture(String order) {
    int factor = Integer.parseInt("3");
    FloatArray result =
        OrderTest.<FloatArray, FloatArray>run(
            order,
            (in, out) -> {
              for (@Parallel int i = 0; i < in.getSize(); i++) {
                out.set(i, factor * in.get(i));
              }
            },
            counting(5),
            new FloatArray(5));
    assertThat(result.toHeapArray()).containsExactly(0, 3, 6, 9, 12);
  }

  @Test
  void aMissingBarrierShows() {
    float[] neighbours = runGrid("written", OrderTest::patient, 48);
    assertThat(runGrid("written", OrderTest::hasty, 48)).isEqualTo(neighbours);
    assertThat(runGrid("shuffled", OrderTest::patient, 48)).isEqualTo(neighbours);
    assertThat(runGrid("shuffled", OrderTest::hasty, 48)).isNotEqualTo(neighbours);
    assertThat(runGrid("parallel", OrderTest::patient, 48)).isEqualTo(neighbours);
  }

  @ParameterizedTest
  @ValueSource(ints = {96, 48, 8, 1})
  void lanesOfASimdGroupKeepTheirPlaces(int group) {
    float[] asWritten = runGrid("written", OrderTest::further, group);
    assertThat(runGrid("shuffled", OrderTest::further, group)).isEqualTo(asWritten);
    assertThat(runGrid("parallel", OrderTest::further, group)).isEqualTo(asWritten);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shuffled", "parallel"})
  void errorsNameTheKernel(String order) {
    assertThatThrownBy(() -> run(order, OrderTest::squares, counting(5), new FloatArray(4)))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index 4 is out of squares, a FloatArray of 4 elements")
        .hasMessageContaining("in task order.task, at OrderTest.squares");
  }

  @Test
  void anUnknownOrder() {
    assertThatThrownBy(() -> run("random", OrderTest::squares, counting(5), new FloatArray(5)))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessage("-Dtornado.plain.order=random is none of written, shuffled and parallel");
  }
}
