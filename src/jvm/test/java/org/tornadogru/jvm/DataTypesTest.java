package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.CharArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt2;
import uk.ac.manchester.tornado.api.types.images.ImageFloat;
import uk.ac.manchester.tornado.api.types.matrix.Matrix2DFloat;
import uk.ac.manchester.tornado.api.types.vectors.Int2;

/** Objects that are not arrays of floats or ints as data of tasks. */
class DataTypesTest {

  static void negate(
      DoubleArray doubles, LongArray longs, ShortArray shorts, ByteArray bytes, CharArray chars) {
    for (@Parallel int i = 0; i < doubles.getSize(); i++) {
      doubles.set(i, -doubles.get(i));
      longs.set(i, -longs.get(i));
      shorts.set(i, (short) -shorts.get(i));
      bytes.set(i, (byte) -bytes.get(i));
      chars.set(i, (char) (chars.get(i) + 1));
    }
  }

  static void swap(VectorInt2 pairs) {
    for (@Parallel int i = 0; i < pairs.getLength(); i++) {
      Int2 pair = pairs.get(i);
      Int2 swapped = new Int2(pair.getY(), pair.getX());
      pairs.set(i, swapped);
    }
  }

  static void transposed(Matrix2DFloat from, Matrix2DFloat to, int rows, int columns) {
    for (@Parallel int i = 0; i < rows; i++) {
      for (@Parallel int j = 0; j < columns; j++) {
        to.set(j, i, from.get(i, j));
      }
    }
  }

  static void mirror(ImageFloat from, ImageFloat to, int width, int height) {
    for (@Parallel int y = 0; y < height; y++) {
      for (@Parallel int x = 0; x < width; x++) {
        to.set(width - 1 - x, y, from.get(x, y));
      }
    }
  }

  static void reverse(int[] from, double[] to) {
    for (@Parallel int i = 0; i < from.length; i++) {
      to[from.length - 1 - i] = from[i] * 0.5;
    }
  }

  @Test
  void arraysOfAllNumbers() throws TornadoExecutionPlanException {
    DoubleArray doubles = DoubleArray.fromElements(1.5, -1e300);
    LongArray longs = LongArray.fromElements(1, -1L << 62);
    ShortArray shorts = ShortArray.fromElements((short) 1, (short) -30000);
    ByteArray bytes = ByteArray.fromElements((byte) 1, (byte) -100);
    CharArray chars = CharArray.fromElements('a', 'z');
    Object[] all = {doubles, longs, shorts, bytes, chars};
    execute(
        new TaskGraph("numbers")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, all)
            .task("negate", DataTypesTest::negate, doubles, longs, shorts, bytes, chars)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, all));
    assertThat(doubles.toHeapArray()).containsExactly(-1.5, 1e300);
    assertThat(longs.toHeapArray()).containsExactly(-1, 1L << 62);
    assertThat(shorts.toHeapArray()).containsExactly(-1, 30000);
    assertThat(bytes.toHeapArray()).containsExactly(-1, 100);
    assertThat(chars.toHeapArray()).containsExactly('b', '{');
  }

  @Test
  void vectorsMatricesAndImages() throws TornadoExecutionPlanException {
    VectorInt2 pairs = new VectorInt2(2);
    pairs.set(1, new Int2(3, 4));
    Matrix2DFloat matrix = new Matrix2DFloat(new float[][] {{1, 2, 3}, {4, 5, 6}});
    Matrix2DFloat transposed = new Matrix2DFloat(3, 2);
    ImageFloat image = new ImageFloat(3, 2);
    image.set(0, 1, 8);
    ImageFloat mirrored = new ImageFloat(3, 2);
    execute(
        new TaskGraph("shapes")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, pairs, matrix, image)
            .task("swap", DataTypesTest::swap, pairs)
            .task("transposed", DataTypesTest::transposed, matrix, transposed, 2, 3)
            .task("mirror", DataTypesTest::mirror, image, mirrored, 3, 2)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, pairs, transposed, mirrored));
    assertThat(pairs.getArray().toHeapArray()).containsExactly(0, 0, 4, 3);
    assertThat(transposed.asBuffer().array()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(mirrored.getArray().toHeapArray()).containsExactly(0, 0, 0, 0, 0, 8);
  }

  @Test
  void javaArrays() throws TornadoExecutionPlanException {
    int[] from = {1, 2, 5};
    double[] to = new double[3];
    execute(
        new TaskGraph("java")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, from)
            .task("reverse", DataTypesTest::reverse, from, to)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, to));
    assertThat(to).containsExactly(2.5, 1, 0.5);
  }

  private static void execute(TaskGraph graph) throws TornadoExecutionPlanException {
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
  }
}
