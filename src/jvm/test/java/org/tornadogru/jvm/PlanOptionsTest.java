package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.annotations.Reduce;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.types.FP8;
import uk.ac.manchester.tornado.api.types.arrays.BFloat16Array;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** How a plan executes: profiler, batches, limits; and what work-items count together. */
class PlanOptionsTest {

  static void twice(IntArray x, IntArray y) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      y.set(i, 2 * x.get(i));
    }
  }

  static void count(IntArray tickets, AtomicInteger counter) {
    for (@Parallel int i = 0; i < tickets.getSize(); i++) {
      tickets.set(i, counter.incrementAndGet());
    }
  }

  static void sum(FloatArray x, @Reduce FloatArray result) {
    result.set(0, 0f);
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      result.set(0, result.get(0) + x.get(i));
    }
  }

  private final IntArray x = IntArray.fromElements(1, -2, 3, 40);
  private final IntArray y = new IntArray(4);

  private TornadoExecutionPlan doubling() {
    return new TornadoExecutionPlan(
        new TaskGraph("doubling")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, x)
            .task("twice", PlanOptionsTest::twice, x, y)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y)
            .snapshot());
  }

  @Test
  void theProfilerMeasuresTimes() throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan = doubling()) {
      TornadoProfilerResult measured =
          plan.withProfiler(ProfilerMode.SILENT).execute().getProfilerResult();
      assertThat(measured.getTotalTime()).isPositive();
      assertThat(measured.getTornadoCompilerTime()).isPositive();
      assertThat(measured.getDeviceKernelTime()).isPositive();
      assertThat(measured.getDataTransfersTime())
          .isEqualTo(measured.getDeviceWriteTime() + measured.getDeviceReadTime());
      assertThat(measured.getProfileLog()).contains("COPY_IN_TIME");
    }
  }

  @Test
  void theProfilerMeasuresWhatBeginningsTake() throws TornadoExecutionPlanException {
    DefaultBackend.assumeTimesOfDispatch();
    try (TornadoExecutionPlan plan = doubling()) {
      TornadoProfilerResult measured =
          plan.withProfiler(ProfilerMode.SILENT).execute().getProfilerResult();
      assertThat(measured.getDataTransferDispatchTime()).isPositive();
      assertThat(measured.getKernelDispatchTime()).isPositive();
    }
  }

  @Test
  void batchesWantDataOfOneShape() throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan = doubling()) {
      plan.withBatch("1MB").execute();
      assertThat(y.toHeapArray()).containsExactly(2, -4, 6, 80);
    }
    IntArray longer = new IntArray(5);
    TaskGraph uneven =
        new TaskGraph("uneven")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, x)
            .task("twice", PlanOptionsTest::twice, x, longer)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, longer);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(uneven.snapshot())) {
      assertThatThrownBy(() -> plan.withBatch("1MB").execute())
          .isInstanceOf(TornadoBailoutRuntimeException.class);
    }
  }

  @Test
  void aGraphThatNeedsMoreThanTheMemoryLimit() throws TornadoExecutionPlanException {
    IntArray large = new IntArray(150_000);
    IntArray doubled = new IntArray(150_000);
    large.set(149_999, 7);
    TaskGraph graph =
        new TaskGraph("large")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, large)
            .task("twice", PlanOptionsTest::twice, large, doubled)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, doubled);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      assertThatThrownBy(() -> plan.withMemoryLimit("1MB").execute())
          .isInstanceOf(TornadoMemoryException.class);
      plan.withoutMemoryLimit().execute();
      assertThat(doubled.get(149_999)).isEqualTo(14);
    }
  }

  @Test
  void workItemsCountTogether() throws TornadoExecutionPlanException {
    AtomicInteger counter = new AtomicInteger(10);
    TaskGraph graph =
        new TaskGraph("counting")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, x)
            .task("count", PlanOptionsTest::count, x, counter)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, x, counter);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    assertThat(x.toHeapArray()).containsExactlyInAnyOrder(11, 12, 13, 14);
    assertThat(counter.get()).isEqualTo(14);
  }

  /** On a device it would change how TornadoVM compiles all later kernels of the process. */
  @Test
  @Tag("plain-jvm")
  void aReductionIsOneNumber() throws TornadoExecutionPlanException {
    FloatArray ones = new FloatArray(1024);
    ones.init(1);
    FloatArray result = new FloatArray(1);
    TaskGraph graph =
        new TaskGraph("reducing")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, ones)
            .task("sum", PlanOptionsTest::sum, ones, result)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, result);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
      plan.execute();
    }
    assertThat(result.get(0)).isEqualTo(1024);
  }

  @Test
  void numbersOfFewBits() {
    assertThat(BFloat16Array.fromFloats(1 + 0x1p-8f, -3.4e38f, 1e-40f).toShortArray())
        .containsExactly(0x3f81, (short) 0xff80, 0x0001);
    assertThat(FP8.e4m3ToFloat(FP8.e4m3FromFloat(-0.3f))).isEqualTo(-0.3125f);
    assertThat(FP8.e4m3ToFloat(FP8.e4m3FromFloat(1e6f))).isEqualTo(FP8.E4M3_MAX);
    assertThat(FP8.e5m2ToFloat(FP8.e5m2FromFloat(1e6f))).isInfinite();
    for (int bits = -128; bits < 127; bits++) {
      byte code = (byte) bits;
      if (!Float.isNaN(FP8.e4m3ToFloat(code)) && bits != -128) { // minus zero is zero
        assertThat(FP8.e4m3FromFloat(FP8.e4m3ToFloat(code))).isEqualTo(code);
      }
      if (!Float.isNaN(FP8.e5m2ToFloat(code)) && bits != -128) {
        assertThat(FP8.e5m2FromFloat(FP8.e5m2ToFloat(code))).isEqualTo(code);
      }
    }
  }

  @Test
  @Tag("plain-jvm")
  void aPlanTellsWhatWasCalled() throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan = doubling()) {
      plan.withCUDAGraph().withGraph(0).execute();
      plan.execute();
      assertThat(plan.getTraceExecutionPlan())
          .isEqualTo("withCUDAGraph -> withGraph(0) -> execute");
    }
  }
}
