package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.jvm.Kernels.counting;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Mistakes in building a graph or a plan, and where they show. */
class TaskGraphErrorsTest {

  private final FloatArray array = counting(10);

  @Test
  void aTaskIdTwice() {
    TaskGraph graph = new TaskGraph("twice").task("a", Kernels::increment, array);
    assertThatThrownBy(() -> graph.task("a", Kernels::increment, array))
        .isInstanceOf(TornadoTaskRuntimeException.class);
  }

  @Test
  void nullInATransfer() {
    assertThatThrownBy(
            () ->
                new TaskGraph("nulls")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, array, null))
        .isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(() -> new TaskGraph("nulls").consumeFromDevice("other", array, null))
        .isInstanceOf(TornadoRuntimeException.class);
  }

  @Test
  void nullAsAnArgument() {
    TaskGraph graph = new TaskGraph("nulls");
    assertThatThrownBy(() -> graph.task("a", Kernels::increment, (FloatArray) null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  @Tag("plain-jvm") // TornadoVM finds it out later
  void aMemorySegmentIsNoArray() {
    MemorySegment segment = Arena.ofAuto().allocate(16);
    assertThatThrownBy(
            () ->
                new TaskGraph("segments")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, segment)
                    .task("read", TaskGraphErrorsTest::read, segment))
        .isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(() -> FloatArray.fromSegment(segment.asSlice(0, 15)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static void read(MemorySegment segment) {
    segment.get(ValueLayout.JAVA_FLOAT, 0);
  }

  @Test
  void scalarsDoNotComeBack() {
    assertThatThrownBy(
            () -> new TaskGraph("scalars").transferToHost(DataTransferMode.EVERY_EXECUTION, 5))
        .isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(() -> new TaskGraph("scalars").persistOnDevice(5))
        .isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(() -> new TaskGraph("scalars").consumeFromDevice("other", 5))
        .isInstanceOf(TornadoRuntimeException.class);
  }

  @Test
  void scalarsNeedNoUpload() {
    TaskGraph graph = new TaskGraph("scalars");
    assertThat(graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, 5)).isSameAs(graph);
  }

  @Test
  void aGraphWithoutTasksFailsWhenItIsExecuted() {
    ImmutableTaskGraph graph =
        new TaskGraph("empty")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, array)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, array)
            .snapshot();
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph);
    assertThatThrownBy(plan::execute).isInstanceOf(RuntimeException.class);
  }

  @Test
  void aPlanWithoutGraphsFailsWhenItIsExecuted() {
    TornadoExecutionPlan plan = new TornadoExecutionPlan();
    assertThatThrownBy(plan::execute).isInstanceOf(RuntimeException.class);
  }

  @Test
  void moreThan256TasksFailWhenTheyAreExecuted() {
    TaskGraph graph =
        new TaskGraph("many").transferToDevice(DataTransferMode.FIRST_EXECUTION, array);
    for (int i = 0; i <= 256; i++) {
      graph.task("task" + i, Kernels::increment, array);
    }
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    assertThatThrownBy(plan::execute).isInstanceOf(RuntimeException.class);
  }

  @Test
  void aNegativeWarmUp() {
    TornadoExecutionPlan plan =
        new TornadoExecutionPlan(
            new TaskGraph("warm").task("increment", Kernels::increment, array).snapshot());
    assertThatThrownBy(() -> plan.withWarmUpIterations(-1))
        .isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(() -> plan.withWarmUpTime(-1)).isInstanceOf(TornadoRuntimeException.class);
  }

  /** TornadoVM's snapshot breaks when its graph grows. */
  @Test
  @Tag("plain-jvm")
  void aSnapshotDoesNotSeeLaterSteps() {
    TaskGraph graph =
        new TaskGraph("snapshot")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, array)
            .task("first", Kernels::increment, array)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, array);
    ImmutableTaskGraph snapshot = graph.snapshot();
    graph.task("second", Kernels::increment, array);
    new TornadoExecutionPlan(snapshot).execute();
    assertThat(array.get(0)).isEqualTo(1f);
  }

  /** As TornadoVM makes an argument of what a lambda captures. */
  @Test
  @Tag("plain-jvm")
  void anArrayThatALambdaCapturesIsInDeviceMemory() {
    FloatArray local = array;
    TaskGraph graph = new TaskGraph("captured").task("set", () -> setFirst(local));
    new TornadoExecutionPlan(graph.snapshot()).execute();
    assertThat(array.get(0)).isZero();
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, local);
    new TornadoExecutionPlan(graph.snapshot()).execute();
    assertThat(array.get(0)).isEqualTo(1);
  }

  private static void setFirst(FloatArray captured) {
    captured.set(0, 1);
  }

  @Test
  @Tag("plain-jvm")
  void aTypeThatDeviceMemoryCannotHold() {
    assertThatThrownBy(
            () ->
                new TaskGraph("types")
                    .transferToDevice(DataTransferMode.EVERY_EXECUTION, (Object) new boolean[3]))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("boolean[]");
  }

  @Test
  @Tag("plain-jvm")
  void whatIsNotImplementedSaysSo() {
    TaskGraph graph = new TaskGraph("prebuilt");
    assertThatThrownBy(() -> graph.prebuiltTask("add", "add", "add.cl", null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("no Java");
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    assertThat(plan.withPrintKernel()).isSameAs(plan);
    assertThat(plan.withoutPrintKernel()).isSameAs(plan);
  }
}
