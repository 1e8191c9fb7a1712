package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.jvm.Kernels.counting;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What goes wrong inside a kernel says where: a device would read or write something else. */
@Tag("plain-jvm")
class KernelErrorsTest {

  private static final String OTHER = "shuffled|parallel";
  private static final String NO_LINE = "Java does not say the line of a method that was rewritten";

  private final FloatArray values = counting(20);

  static void shift(FloatArray values, FloatArray shifted) {
    for (@Parallel int i = 0; i < values.getSize(); i++) {
      shifted.set(i, values.get(i + 1));
    }
  }

  static void shiftBack(FloatArray values, FloatArray shifted) {
    for (@Parallel int i = 0; i < values.getSize(); i++) {
      shifted.set(i, values.get(i - 1));
    }
  }

  static void before(HalfFloatArray halves) {
    for (@Parallel int i = 0; i < halves.getSize(); i++) {
      halves.set(-8 - i, halves.get(i));
    }
  }

  static void divide(IntArray numbers) {
    for (@Parallel int i = 0; i < numbers.getSize(); i++) {
      numbers.set(i, 1 / numbers.get(i));
    }
  }

  static void ofItem(KernelContext context, FloatArray values) {
    int i = context.globalIdx;
    values.set(i == 13 ? 99 : i, i);
  }

  static void localArray(KernelContext context, FloatArray values) {
    float[] shared = context.allocateFloatLocalArray(4);
    shared[context.localIdx + 1] = values.get(context.globalIdx);
    values.set(context.globalIdx, shared[context.localIdx]);
  }

  @Test
  @DisabledIfSystemProperty(
      named = "tornado.plain.order",
      matches = OTHER,
      disabledReason = NO_LINE)
  void anIndexOutOfBoundsNamesTaskArrayIndexAndSize() {
    FloatArray shifted = new FloatArray(25);
    TaskGraph graph =
        new TaskGraph("errors")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, values)
            .task("shift", KernelErrorsTest::shift, values, shifted);
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    assertThatThrownBy(plan::execute)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index 20 is out of values, a FloatArray of 20 elements")
        .hasMessageContaining("in task errors.shift, at ")
        .hasMessageContaining("KernelErrorsTest.shift(KernelErrorsTest.java:");
  }

  @Test
  @DisabledIfSystemProperty(
      named = "tornado.plain.order",
      matches = OTHER,
      disabledReason = NO_LINE)
  void aNegativeIndexIsNoneOfTheHeader() {
    FloatArray shifted = new FloatArray(25);
    TaskGraph graph =
        new TaskGraph("errors")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, values)
            .task("back", KernelErrorsTest::shiftBack, values, shifted);
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    assertThatThrownBy(plan::execute)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index -1 is out of values, a FloatArray of 20 elements")
        .hasMessageContaining("in task errors.back, at ")
        .hasMessageContaining("KernelErrorsTest.shiftBack(KernelErrorsTest.java:");
    HalfFloatArray halves = new HalfFloatArray(3);
    TornadoExecutionPlan ofHalves =
        new TornadoExecutionPlan(
            new TaskGraph("errors")
                .transferToDevice(DataTransferMode.FIRST_EXECUTION, halves)
                .task("before", KernelErrorsTest::before, halves)
                .snapshot());
    assertThatThrownBy(ofHalves::execute)
        .hasMessageContaining("index -8 is out of halves, a HalfFloatArray of 3 elements");
    assertThatThrownBy(() -> values.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> values.set(-4, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new ByteArray(1).get(-16))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aWorkItemIsNamed() {
    assertThatThrownBy(() -> execute("item"))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index 99 is out of values, a FloatArray of 20 elements")
        .hasMessageContaining("in work-item (3, 0, 0) of work-group (2, 0, 0)");
  }

  @Test
  void aJavaArrayHasNoName() {
    assertThatThrownBy(() -> execute("local"))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index 4 is out of an array of 4 elements in task errors.local")
        .hasMessageContaining("in work-item (3, 0, 0)");
  }

  @Test
  void anythingElseIsTheSameExceptionWithANote() {
    IntArray zeros = new IntArray(3);
    TaskGraph graph =
        new TaskGraph("errors")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, zeros)
            .task("divide", KernelErrorsTest::divide, zeros);
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    assertThatThrownBy(plan::execute)
        .isInstanceOf(ArithmeticException.class)
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed()[0])
                    .hasMessageContaining("in task errors.divide, at "));
  }

  private void execute(String task) {
    KernelContext context = new KernelContext();
    TaskGraph graph =
        new TaskGraph("errors").transferToDevice(DataTransferMode.FIRST_EXECUTION, values);
    if (task.equals("item")) {
      graph.task(task, KernelErrorsTest::ofItem, context, values);
    } else {
      graph.task(task, KernelErrorsTest::localArray, context, values);
    }
    WorkerGrid grid = new WorkerGrid1D(20);
    grid.setLocalWork(task.equals("item") ? 5 : 4, 1, 1);
    new TornadoExecutionPlan(graph.snapshot())
        .withGridScheduler(new GridScheduler("errors." + task, grid))
        .execute();
  }
}
