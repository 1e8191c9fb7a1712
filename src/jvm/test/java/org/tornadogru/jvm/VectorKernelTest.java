package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat8;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Float4;
import uk.ac.manchester.tornado.api.types.vectors.Float8;

/** Arrays of vectors as arguments of tasks. */
class VectorKernelTest {

  @BeforeAll
  static void vectorsCanBeCompiled() {
    DefaultBackend.assumeWideVectors();
  }

  /** y = a x + y. */
  static void axpy4(VectorFloat4 x, VectorFloat4 y, float a) {
    for (@Parallel int i = 0; i < y.getLength(); i++) {
      Float4 sum = Float4.add(Float4.mult(x.get(i), a), y.get(i));
      y.set(i, sum);
    }
  }

  static void axpy8(VectorFloat8 x, VectorFloat8 y, float a) {
    for (@Parallel int i = 0; i < y.getLength(); i++) {
      Float8 sum = Float8.add(Float8.mult(x.get(i), a), y.get(i));
      y.set(i, sum);
    }
  }

  /** c [rows][columns] = a [rows][depth] b [depth][columns], 16 columns to a work-item. */
  static void product(
      FloatArray a, VectorFloat16 b, VectorFloat16 c, int rows, int depth, int tiles) {
    for (@Parallel int row = 0; row < rows; row++) {
      for (@Parallel int tile = 0; tile < tiles; tile++) {
        Float16 sum = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
        for (int k = 0; k < depth; k++) {
          float scale = a.get(row * depth + k);
          Float16 line = b.get(k * tiles + tile);
          sum = Float16.add(sum, Float16.mult(line, scale));
        }
        c.set(row * tiles + tile, sum);
      }
    }
  }

  static void negate(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, -x.get(i));
    }
  }

  static void twice(VectorFloat16 x) {
    for (@Parallel int i = 0; i < x.getLength(); i++) {
      Float16 doubled = Float16.mult(x.get(i), 2f);
      x.set(i, doubled);
    }
  }

  @Test
  void vectorsOfFourAndEightGoThroughTasks() throws TornadoExecutionPlanException {
    FloatArray x = random(64, 1);
    FloatArray y = random(64, 2);
    VectorFloat4 y4 = new VectorFloat4(FloatArray.fromArray(y.toHeapArray()));
    VectorFloat8 y8 = new VectorFloat8(FloatArray.fromArray(y.toHeapArray()));
    VectorFloat4 x4 = new VectorFloat4(x);
    VectorFloat8 x8 = new VectorFloat8(x);
    TaskGraph graph =
        new TaskGraph("axpy")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, x4, x8, y4, y8)
            .task("four", VectorKernelTest::axpy4, x4, y4, 0.5f)
            .task("eight", VectorKernelTest::axpy8, x8, y8, 0.5f)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y4, y8);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    for (int i = 0; i < y.getSize(); i++) {
      float expected = 0.5f * x.get(i) + y.get(i);
      assertThat(y4.getArray().get(i)).isCloseTo(expected, within(1e-6f));
      assertThat(y8.getArray().get(i)).isCloseTo(expected, within(1e-6f));
    }
  }

  @Test
  void aMatrixProductInTilesOfSixteenColumns() throws TornadoExecutionPlanException {
    int rows = 5;
    // TornadoVM unrolls short loops, and fails when they read arrays of vectors: 20 is too short,
    // 24 not.
    int depth = 40;
    int tiles = 3;
    FloatArray a = random(rows * depth, 3);
    VectorFloat16 b = new VectorFloat16(random(depth * tiles * 16, 4));
    VectorFloat16 c = new VectorFloat16(rows * tiles);
    TaskGraph graph =
        new TaskGraph("matrices")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, a, b)
            .task("product", VectorKernelTest::product, a, b, c, rows, depth, tiles)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, c);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    int columns = tiles * 16;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < depth; k++) {
          sum += (double) a.get(i * depth + k) * b.getArray().get(k * columns + j);
        }
        assertThat((double) c.getArray().get(i * columns + j)).isCloseTo(sum, within(1e-5));
      }
    }
  }

  /** On the device, vectors laid over an array are another object than the array. */
  @Test
  void vectorsAndTheArrayTheyAreLaidOverHaveDifferentDeviceMemory()
      throws TornadoExecutionPlanException {
    FloatArray elements = random(32, 5);
    float first = elements.get(0);
    VectorFloat16 vectors = new VectorFloat16(elements);
    TaskGraph graph =
        new TaskGraph("apart")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, elements, vectors)
            .task("negate", VectorKernelTest::negate, elements)
            .task("twice", VectorKernelTest::twice, vectors)
            .transferToHost(DataTransferMode.UNDER_DEMAND, elements, vectors);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      var result = plan.execute();
      assertThat(elements.get(0)).isEqualTo(first);
      result.transferToHost(elements);
      assertThat(elements.get(0)).isEqualTo(-first);
      result.transferToHost(vectors);
      assertThat(elements.get(0)).isEqualTo(2 * first);
    }
  }

  private static FloatArray random(int size, long seed) {
    Random random = new Random(seed);
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, random.nextFloat() * 2 - 1);
    }
    return array;
  }
}
