package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What the 32 work-items of a SIMD group do together; TornadoVM's OpenCL has none of it. */
@Tag("plain-jvm")
class SimdGroupTest {

  /** The sum of a group of 64: two SIMD groups, then the first of them alone. */
  static void sum(KernelContext context, FloatArray x, FloatArray result) {
    float[] partial = context.allocateFloatLocalArray(2);
    int item = context.localIdx;
    float sum = context.simdSum(x.get(context.globalIdx));
    if (item % 32 == 0) {
      partial[item / 32] = sum;
    }
    context.localBarrier();
    if (item < 32) {
      float total = context.simdSum(item < 2 ? partial[item] : 0f);
      if (item == 0) {
        result.set(context.groupIdx, total);
      }
    }
  }

  static void shift(KernelContext context, FloatArray x, FloatArray y) {
    int i = context.globalIdx;
    float next = context.simdShuffleDown(x.get(i), 1);
    float first = context.simdBroadcastFirst(x.get(i));
    y.set(i, 100 * next + first);
  }

  static void everySecond(KernelContext context, FloatArray x, FloatArray y) {
    if (context.localIdx % 2 == 0) {
      y.set(context.globalIdx, context.simdSum(1f));
    }
  }

  /** [16][8] = [16][16] [16][8] of halves, by tensor instruction. */
  static void product(KernelContext context, FloatArray ab, FloatArray c) {
    int lane = context.localIdx;
    int[] a = context.allocateIntLocalArray(128);
    int[] b = context.allocateIntLocalArray(64);
    for (int i = lane; i < 128; i += 32) {
      a[i] = pair(ab.get(2 * i), ab.get(2 * i + 1));
    }
    for (int i = lane; i < 64; i += 32) {
      b[i] = pair(ab.get(256 + 2 * i), ab.get(256 + 2 * i + 1));
    }
    context.localBarrier();
    float[] sum =
        context.mma(
            context.mmaLoadA(a, 16),
            context.mmaLoadB(b, 16),
            context.mmaFragment(0.5f),
            MMAShape.M16N8K16);
    context.mmaStore(sum, c, 0, 0, 8);
  }

  private static int pair(float low, float high) {
    return Short.toUnsignedInt(Float.floatToFloat16(low)) | Float.floatToFloat16(high) << 16;
  }

  @Test
  void sumsOfSimdGroupsAddUp() throws TornadoExecutionPlanException {
    FloatArray result = new FloatArray(2);
    run(SimdGroupTest::sum, counting(128), result, 128, 64);
    assertThat(result.toHeapArray()).containsExactly(63 * 32, 63 * 32 + 64 * 64);
  }

  @Test
  void valuesMoveInsideASimdGroupOnly() throws TornadoExecutionPlanException {
    FloatArray y = new FloatArray(64);
    run(SimdGroupTest::shift, counting(64), y, 64, 64);
    assertThat(y.get(0)).isEqualTo(100);
    assertThat(y.get(31)).isEqualTo(3100);
    assertThat(y.get(40)).isEqualTo(4132);
  }

  @Test
  void aSimdGroupMustNotDiverge() {
    assertThatThrownBy(
            () -> run(SimdGroupTest::everySecond, counting(32), new FloatArray(32), 32, 32))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("ended while others wait");
  }

  @Test
  void aProductOfMatricesByTensorInstruction() throws TornadoExecutionPlanException {
    FloatArray ab = new FloatArray(256 + 128);
    for (int i = 0; i < ab.getSize(); i++) {
      ab.set(i, i * 7 % 11 - 5); // small integers: halves, and their sums, are exact
    }
    FloatArray c = new FloatArray(128);
    run(SimdGroupTest::product, ab, c, 32, 32);
    for (int row = 0; row < 16; row++) {
      for (int column = 0; column < 8; column++) {
        float expected = 0.5f;
        for (int k = 0; k < 16; k++) {
          expected += ab.get(row * 16 + k) * ab.get(256 + k * 8 + column);
        }
        assertThat(c.get(row * 8 + column)).isEqualTo(expected);
      }
    }
  }

  private static FloatArray counting(int size) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, i);
    }
    return array;
  }

  private static void run(
      Task3<KernelContext, FloatArray, FloatArray> task,
      FloatArray x,
      FloatArray y,
      int n,
      int group)
      throws TornadoExecutionPlanException {
    KernelContext context = new KernelContext();
    TaskGraph graph =
        new TaskGraph("simd")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, x)
            .task("task", task, context, x, y)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    WorkerGrid1D grid = new WorkerGrid1D(n);
    grid.setLocalWork(group, 1, 1);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(new GridScheduler("simd.task", grid)).execute();
    }
  }
}
