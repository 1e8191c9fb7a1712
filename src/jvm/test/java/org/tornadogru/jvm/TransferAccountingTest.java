package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.jvm.Kernels.counting;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;

/** What the profiler reports, byte by byte: data with array headers, and a call frame per task. */
class TransferAccountingTest {

  @BeforeAll
  static void bytesAreCounted() {
    DefaultBackend.assumeCountersOfBytes();
  }

  private static final long HEADER = 16;
  private static final long FRAME = 24;

  private final FloatArray in = counting(100);
  private final IntArray offset = new IntArray(10);
  private final FloatArray out = counting(50);

  @Test
  void bytesOfEachExecution() throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("bytes")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, offset)
            .task("add", Kernels::addOffset, in, offset, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      long each = 40 + HEADER + FRAME;
      long back = 200 + HEADER;
      check(plan.execute(), each + 400 + HEADER, back);
      check(plan.execute(), each, back);
      TornadoProfilerResult profile = check(plan.execute(), each, back);
      assertThat(profile.getTotalDeviceMemoryUsage()).isEqualTo(400 + 40 + 200 + 3 * HEADER);
    }
  }

  @Test
  void withoutTheProfilerNothingIsReported() throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("silence")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
            .task("increment", Kernels::increment, in)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, in);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      check(plan.execute(), 0, 0);
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan.execute(), 400 + HEADER + FRAME, 400 + HEADER);
      plan.withoutProfiler();
      check(plan.execute(), 0, 0);
    }
  }

  @Test
  void aTransferUnderDemandStartsTheCountersAfresh() throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("demand")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in, out)
            .task("first", Kernels::increment, in)
            .task("second", Kernels::increment, out)
            .transferToHost(DataTransferMode.UNDER_DEMAND, in, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      TornadoExecutionResult result = plan.execute();
      check(result, 400 + 200 + 2 * HEADER + 2 * FRAME, 0);
      result.transferToHost(in);
      check(result, 0, 0);
      check(plan.execute(), 2 * FRAME, 0);
    }
  }

  @Test
  void arraysOfVectorsCountTwiceOnTheWayIn() throws TornadoExecutionPlanException {
    DefaultBackend.assumeWideVectors();
    VectorFloat16 vectors = new VectorFloat16(counting(64));
    TaskGraph graph =
        new TaskGraph("vectors")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, vectors)
            .task("twice", VectorKernelTest::twice, vectors)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, vectors);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      long bytes = 256 + 24 + HEADER;
      check(plan.execute(), 2 * bytes + FRAME, bytes);
      check(plan.execute(), FRAME, bytes);
    }
  }

  @Test
  void whatNoTaskUsesIsNotMoved() throws TornadoExecutionPlanException {
    HalfFloatArray unused = new HalfFloatArray(10);
    TaskGraph graph =
        new TaskGraph("unused")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, unused, in)
            .task("increment", Kernels::increment, in)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, in, unused);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan.execute(), 400 + HEADER + FRAME, 400 + HEADER);
    }
  }

  @Test
  void countersAreThoseOfTheSelectedGraphs() throws TornadoExecutionPlanException {
    TaskGraph first =
        new TaskGraph("first")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
            .task("increment", Kernels::increment, in)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, in);
    TaskGraph second =
        new TaskGraph("second")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, out)
            .task("increment", Kernels::increment, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    try (TornadoExecutionPlan plan =
        new TornadoExecutionPlan(first.snapshot(), second.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan.execute(), 400 + 200 + 2 * HEADER + 2 * FRAME, 400 + 200 + 2 * HEADER);
      check(plan.withGraph(1).execute(), 200 + HEADER + FRAME, 200 + HEADER);
      check(plan.withGraph(0).execute(), FRAME, 400 + HEADER);
      check(plan.withAllGraphs().execute(), 200 + HEADER + 2 * FRAME, 400 + 200 + 2 * HEADER);
    }
  }

  private static TornadoProfilerResult check(TornadoExecutionResult result, long in, long out) {
    TornadoProfilerResult profile = result.getProfilerResult();
    assertThat(profile.getTotalBytesCopyIn()).isEqualTo(in);
    assertThat(profile.getTotalBytesCopyOut()).isEqualTo(out);
    assertThat(profile.getTotalBytesTransferred()).isEqualTo(in + out);
    return profile;
  }
}
