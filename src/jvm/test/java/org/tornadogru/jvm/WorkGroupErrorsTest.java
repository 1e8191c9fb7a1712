package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Mistakes that hang a device or go unnoticed there are exceptions on the plain JVM. */
@Tag("plain-jvm")
class WorkGroupErrorsTest {

  private final FloatArray out = new FloatArray(64);

  static void barrierForSome(KernelContext context, FloatArray out) {
    if (context.localIdx < 3) {
      context.localBarrier();
    }
    out.set(context.globalIdx, 1);
  }

  static void oneFails(KernelContext context, FloatArray out) {
    if (context.localIdx == 5) {
      out.set(1_000_000, 1);
    }
    context.localBarrier();
  }

  static void barrierForgotten(KernelContext context, FloatArray out) {
    float[] shared = context.allocateFloatLocalArray(16);
    shared[context.localIdx] = context.globalIdx;
    out.set(context.globalIdx, shared[(context.localIdx + 1) % context.localGroupSizeX]);
  }

  static void differentLocalArrays(KernelContext context, FloatArray out) {
    float[] shared = context.allocateFloatLocalArray(16 + context.localIdx);
    out.set(context.globalIdx, shared.length);
  }

  @Test
  void aBarrierThatSomeNeverReach() {
    assertThrows(TornadoRuntimeException.class, "barrier", () -> run("barrier", 64, 16));
  }

  @Test
  void aFailingWorkItemEndsTheOthersThatWait() {
    assertThrows(IndexOutOfBoundsException.class, "1000", () -> run("fails", 64, 16));
  }

  @Test
  void workItemsThatAllocateDifferently() {
    assertThrows(TornadoRuntimeException.class, "local arrays", () -> run("different", 64, 16));
  }

  @Test
  void localMemoryHoldsNothingUntilItIsWritten() {
    run("forgotten", 64, 16);
    assertThat(out.toHeapArray()).contains(Float.NaN); // whichever ran first
  }

  @Test
  void aGridThatDoesNotSplitIntoGroups() {
    assertThrows(TornadoRuntimeException.class, "split into groups", () -> run("barrier", 64, 15));
    assertThrows(TornadoRuntimeException.class, "split into groups", () -> run("barrier", 0, 1));
  }

  @Test
  void aGridForATaskThatDoesNotExist() {
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph("barrier").snapshot());
    assertThrows(
        TornadoRuntimeException.class,
        "no graph has that task",
        () -> plan.withGridScheduler(new GridScheduler("barrier", new WorkerGrid1D(4))));
  }

  private void run(String task, int global, int local) {
    WorkerGrid grid = new WorkerGrid1D(global);
    grid.setLocalWork(local, 1, 1);
    new TornadoExecutionPlan(graph(task).snapshot())
        .withGridScheduler(new GridScheduler("group." + task, grid))
        .execute();
  }

  private TaskGraph graph(String task) {
    KernelContext context = new KernelContext();
    TaskGraph graph = new TaskGraph("group");
    switch (task) {
      case "barrier" -> graph.task(task, WorkGroupErrorsTest::barrierForSome, context, out);
      case "fails" -> graph.task(task, WorkGroupErrorsTest::oneFails, context, out);
      case "forgotten" -> graph.task(task, WorkGroupErrorsTest::barrierForgotten, context, out);
      case "different" -> graph.task(task, WorkGroupErrorsTest::differentLocalArrays, context, out);
      default -> throw new IllegalArgumentException(task);
    }
    return graph.transferToHost(DataTransferMode.EVERY_EXECUTION, out);
  }

  private static void assertThrows(
      Class<? extends Throwable> type, String message, Executable action) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThatThrownBy(action::execute).isInstanceOf(type).hasMessageContaining(message));
  }
}
