package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.jvm.Kernels.counting;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Host and device see of each other what was transferred, when it was transferred. */
class TransferTest {

  private final FloatArray in = counting(20);
  private final IntArray offset = IntArray.fromElements(100);
  private final FloatArray out = new FloatArray(20);

  private TornadoExecutionPlan plan(int inMode, int offsetMode, int outMode) {
    return new TornadoExecutionPlan(
        new TaskGraph("transfers")
            .transferToDevice(inMode, in)
            .transferToDevice(offsetMode, offset)
            .task("add", Kernels::addOffset, in, offset, out)
            .transferToHost(outMode, out)
            .snapshot());
  }

  @Test
  void onlyEveryExecutionUploadsAgain() throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan =
        plan(
            DataTransferMode.FIRST_EXECUTION,
            DataTransferMode.EVERY_EXECUTION,
            DataTransferMode.EVERY_EXECUTION)) {
      plan.execute();
      assertThat(out.get(3)).isEqualTo(103f);
      in.set(3, -50);
      offset.set(0, 200);
      plan.execute();
      assertThat(out.get(3)).isEqualTo(203f);
    }
  }

  @Test
  void resultsUnderDemandComeWhenAskedFor() throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan =
        plan(
            DataTransferMode.FIRST_EXECUTION,
            DataTransferMode.EVERY_EXECUTION,
            DataTransferMode.UNDER_DEMAND)) {
      TornadoExecutionResult result = plan.execute();
      assertThat(out.get(3)).isZero();
      result.transferToHost(out);
      assertThat(out.get(3)).isEqualTo(103f);
    }
  }

  @Test
  void aRangeComesWithoutItsSurroundings() throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan =
        plan(
            DataTransferMode.FIRST_EXECUTION,
            DataTransferMode.EVERY_EXECUTION,
            DataTransferMode.UNDER_DEMAND)) {
      plan.execute().transferToHost(new DataRange(out).withOffset(5).withSize(3));
    }
    assertThat(out.toHeapArray())
        .containsExactly(0, 0, 0, 0, 0, 105, 106, 107, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void stateStaysOnTheDeviceFromOneExecutionToTheNext() throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("state")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
            .task("increment", Kernels::increment, in)
            .transferToHost(DataTransferMode.UNDER_DEMAND, in);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
      plan.execute();
      TornadoExecutionResult result = plan.execute();
      assertThat(in.get(4)).isEqualTo(4f);
      result.transferToHost(in);
      assertThat(in.get(4)).isEqualTo(7f);
    }
  }

  @Test
  void dataOfTheFirstExecutionIsUploadedAgainOnceItsMemoryWasFreed()
      throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("freed")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
            .task("increment", Kernels::increment, in)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, in);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
      in.set(0, 500);
      plan.resetDevice();
      plan.execute();
      assertThat(in.get(0)).isEqualTo(2f); // a reset keeps device memory
      in.set(0, 500);
      plan.freeDeviceMemory();
      plan.execute();
      assertThat(in.get(0)).isEqualTo(501f);
    }
  }

  @Test
  @Tag("plain-jvm")
  void anUploadUnderDemandUploadsNothing() {
    plan(
            DataTransferMode.UNDER_DEMAND,
            DataTransferMode.EVERY_EXECUTION,
            DataTransferMode.EVERY_EXECUTION)
        .execute();
    assertThat(out.get(1)).isNaN();
  }

  @Test
  void askingForAnArgumentThatNoTransferNamesBringsBackAll() throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("unnamed")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in, offset)
            .task("add", Kernels::addOffset, in, offset, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      TornadoExecutionResult result = plan.execute();
      assertThat(out.get(3)).isZero();
      in.set(3, -50);
      result.transferToHost(out);
      assertThat(out.get(3)).isEqualTo(103f);
      assertThat(in.get(3)).isEqualTo(3f);
    }
  }

  /** TornadoVM leaves such an object as it is. */
  @Test
  @Tag("plain-jvm")
  void askingForAnObjectThatNoTransferNames() {
    TornadoExecutionResult result =
        plan(
                DataTransferMode.FIRST_EXECUTION,
                DataTransferMode.EVERY_EXECUTION,
                DataTransferMode.UNDER_DEMAND)
            .execute();
    assertThatThrownBy(() -> result.transferToHost(new FloatArray(3)))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("no transfer");
  }
}
