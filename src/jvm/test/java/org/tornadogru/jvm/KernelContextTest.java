package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Thread grids: who a work-item is, and what it shares with its group. */
class KernelContextTest {

  static void identify(KernelContext context, IntArray out) {
    int sizeX = context.globalGroupSizeX;
    int sizeY = context.globalGroupSizeY;
    int index = (context.globalIdz * sizeY + context.globalIdy) * sizeX + context.globalIdx;
    int local =
        (context.localIdz * context.localGroupSizeY + context.localIdy) * context.localGroupSizeX
            + context.localIdx;
    int group = context.groupIdx + 10 * context.groupIdy + 100 * context.groupIdz;
    out.set(index, group * 1000 + local);
  }

  /** One sum per group, by halving in local memory. */
  static void groupSums(KernelContext context, FloatArray in, FloatArray sums) {
    int item = context.localIdx;
    float[] shared = context.allocateFloatLocalArray(64);
    shared[item] = in.get(context.globalIdx);
    for (int stride = context.localGroupSizeX / 2; stride > 0; stride = stride / 2) {
      context.localBarrier();
      if (item < stride) {
        shared[item] = shared[item] + shared[item + stride];
      }
    }
    if (item == 0) {
      sums.set(context.groupIdx, shared[0]);
    }
  }

  /** Each group of 8 x 8 turns one tile around in local memory. */
  static void transpose(
      KernelContext context, FloatArray in, FloatArray out, int rows, int columns) {
    float[] tile = context.allocateFloatLocalArray(64);
    int x = context.localIdx;
    int y = context.localIdy;
    int column = context.groupIdx * 8 + x;
    int row = context.groupIdy * 8 + y;
    tile[y * 8 + x] = in.get(row * columns + column);
    context.localBarrier();
    int outRow = context.groupIdx * 8 + y;
    int outColumn = context.groupIdy * 8 + x;
    out.set(outRow * rows + outColumn, tile[x * 8 + y]);
  }

  /** Neighbours meet in global memory, several times. */
  static void turnRing(KernelContext context, IntArray ring, int rounds) {
    int item = context.localIdx;
    int size = context.localGroupSizeX;
    for (int round = 0; round < rounds; round++) {
      int left = ring.get((item + size - 1) % size);
      context.globalBarrier();
      ring.set(item, left);
      context.globalBarrier();
    }
  }

  static void histogram(KernelContext context, IntArray values, IntArray counts) {
    context.atomicAdd(counts, values.get(context.globalIdx), 1);
  }

  static void mark(KernelContext context, IntArray out) {
    out.set(context.globalIdx, 1 + context.globalGroupSizeX + 10 * context.localGroupSizeX);
  }

  @Test
  void everyWorkItemOfAThreeDimensionalGridKnowsItsPlace() throws TornadoExecutionPlanException {
    IntArray out = new IntArray(8 * 4 * 6);
    WorkerGrid grid = new WorkerGrid3D(8, 4, 6);
    grid.setLocalWork(4, 2, 3);
    execute(
        new TaskGraph("places")
            .task("identify", KernelContextTest::identify, new KernelContext(), out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out),
        "places.identify",
        grid);
    for (int z = 0; z < 6; z++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 8; x++) {
          int group = x / 4 + 10 * (y / 2) + 100 * (z / 3);
          int local = (z % 3 * 2 + y % 2) * 4 + x % 4;
          assertThat(out.get((z * 4 + y) * 8 + x)).isEqualTo(group * 1000 + local);
        }
      }
    }
  }

  @Test
  void aGroupAddsUpInLocalMemory() throws TornadoExecutionPlanException {
    FloatArray in = new FloatArray(256);
    FloatArray sums = new FloatArray(4);
    for (int i = 0; i < in.getSize(); i++) {
      in.set(i, i);
    }
    WorkerGrid grid = new WorkerGrid1D(256);
    grid.setLocalWork(64, 1, 1);
    execute(
        new TaskGraph("sums")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
            .task("group", KernelContextTest::groupSums, new KernelContext(), in, sums)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, sums),
        "sums.group",
        grid);
    for (int group = 0; group < 4; group++) {
      assertThat(sums.get(group)).isEqualTo(64f * (64 * group) + 63 * 64 / 2);
    }
  }

  @Test
  void tilesAreTransposedInLocalMemory() throws TornadoExecutionPlanException {
    int rows = 16;
    int columns = 24;
    FloatArray in = new FloatArray(rows * columns);
    FloatArray out = new FloatArray(rows * columns);
    for (int i = 0; i < in.getSize(); i++) {
      in.set(i, i);
    }
    WorkerGrid grid = new WorkerGrid2D(columns, rows);
    grid.setLocalWork(8, 8, 1);
    execute(
        new TaskGraph("tiles")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
            .task(
                "transpose",
                KernelContextTest::transpose,
                new KernelContext(),
                in,
                out,
                rows,
                columns)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out),
        "tiles.transpose",
        grid);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        assertThat(out.get(column * rows + row)).isEqualTo(in.get(row * columns + column));
      }
    }
  }

  @Test
  void barriersKeepRoundsApart() throws TornadoExecutionPlanException {
    IntArray ring = new IntArray(32);
    for (int i = 0; i < 32; i++) {
      ring.set(i, i);
    }
    WorkerGrid grid = new WorkerGrid1D(32);
    grid.setLocalWork(32, 1, 1);
    execute(
        new TaskGraph("ring")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, ring)
            .task("rotate", KernelContextTest::turnRing, new KernelContext(), ring, 50)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, ring),
        "ring.rotate",
        grid);
    for (int i = 0; i < 32; i++) {
      assertThat(ring.get(i)).isEqualTo(Math.floorMod(i - 50, 32));
    }
  }

  @Test
  void atomicAdditionsLoseNothing() throws TornadoExecutionPlanException {
    IntArray values = new IntArray(1024);
    IntArray counts = new IntArray(3);
    for (int i = 0; i < values.getSize(); i++) {
      values.set(i, i % 7 % 3);
    }
    WorkerGrid grid = new WorkerGrid1D(1024);
    grid.setLocalWork(64, 1, 1);
    execute(
        new TaskGraph("counts")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, values, counts)
            .task("histogram", KernelContextTest::histogram, new KernelContext(), values, counts)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, counts),
        "counts.histogram",
        grid);
    int[] expected = new int[3];
    for (int i = 0; i < values.getSize(); i++) {
      expected[values.get(i)]++;
    }
    assertThat(counts.toHeapArray()).containsExactly(expected);
  }

  @Test
  void withoutAGridThereIsOneWorkItem() throws TornadoExecutionPlanException {
    IntArray out = new IntArray(4);
    TaskGraph graph =
        new TaskGraph("alone")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, out)
            .task("mark", KernelContextTest::mark, new KernelContext(), out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    assertThat(out.get(0)).isEqualTo(1 + 1 + 10);
  }

  private static void execute(TaskGraph graph, String task, WorkerGrid grid)
      throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(new GridScheduler(task, grid)).execute();
    }
  }
}
