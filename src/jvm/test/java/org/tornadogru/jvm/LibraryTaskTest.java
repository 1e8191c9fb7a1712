package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.jvm.Kernels.counting;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoTaskRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.BFloat16Array;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Calls of NVIDIA's libraries as TornadoVM's modules for them describe them, which are not needed
 * for this. The expected numbers come from the functions' definitions.
 */
@Tag("plain-jvm")
class LibraryTaskTest {

  private static final int TRANSPOSED = 1;

  /** [2][3] column by column: rows 1 2 3 and 4 5 6. */
  private final FloatArray a = FloatArray.fromElements(1, 4, 2, 5, 3, 6);

  /** A call that reads all its arrays, and writes one. */
  private static LibraryTaskDescriptor call(
      String library, String function, Object output, Object... parameters) {
    Access[] access = new Access[parameters.length];
    Arrays.setAll(access, i -> parameters[i].equals(output) ? Access.READ_WRITE : Access.READ_ONLY);
    return new LibraryTaskDescriptor()
        .withLibrary("nvidia/" + library)
        .withFunction(function)
        .withParameters(parameters)
        .withAccess(access);
  }

  private static void run(String library, String function, Object output, Object... parameters) {
    LibraryTaskDescriptor call = call(library, function, output, parameters);
    TaskGraph graph = new TaskGraph("library");
    for (Object parameter : parameters) {
      if (parameter instanceof TornadoNativeArray) {
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, parameter);
      }
    }
    graph
        .libraryTask("call", ignored -> call, output)
        .transferToHost(DataTransferMode.EVERY_EXECUTION, output);
    new TornadoExecutionPlan(graph.snapshot()).execute();
  }

  private static void assertNumbers(FloatArray actual, double... expected) {
    assertThat(actual.getSize()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual.get(i)).as("element %d", i).isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void aMatrixTimesEverySecondNumberPlusWhatWasThere() {
    FloatArray x = FloatArray.fromElements(1, -1, 10, -1, 100);
    FloatArray y = FloatArray.fromElements(5, 6);
    run("cublas", "cublasSgemv", y, 0, 2, 3, 2f, a, 2, x, 2, 10f, y, 1);
    assertNumbers(y, 2 * 321 + 50, 2 * 654 + 60);
  }

  @Test
  void aTransposedMatrixTimesAVector() {
    FloatArray x = FloatArray.fromElements(1, 10);
    FloatArray y = new FloatArray(3);
    run("cublas", "cublasSgemv", y, TRANSPOSED, 2, 3, 1f, a, 2, x, 1, 0f, y, 1);
    assertNumbers(y, 41, 52, 63);
  }

  @Test
  void aMatrixTimesATransposedOne() {
    FloatArray b = FloatArray.fromElements(1, 0, 2, 10, 1, 20); // [2][3]: 1 2 1 and 0 10 20
    FloatArray c = new FloatArray(4);
    run("cublas", "cublasSgemm", c, 0, TRANSPOSED, 2, 2, 3, 1f, a, 2, b, 2, 0f, c, 2);
    assertNumbers(c, 1 + 4 + 3, 4 + 10 + 6, 20 + 60, 50 + 120);
  }

  @Test
  void whatIsMultipliedByZeroIsNotRead() {
    FloatArray c = FloatArray.fromElements(Float.NaN, Float.NaN);
    FloatArray ones = FloatArray.fromElements(1, 1, 1);
    run("cublas", "cublasSgemm", c, 0, 0, 2, 1, 3, 1f, a, 2, ones, 3, 0f, c, 2);
    assertNumbers(c, 6, 15);
  }

  @Test
  void severalMatricesAtFixedDistances() {
    FloatArray b = FloatArray.fromElements(1, 0, 0, 0, 0, 1);
    FloatArray c = new FloatArray(4);
    run(
        "cublas",
        "cublasSgemmStridedBatched",
        c,
        0,
        0,
        2,
        1,
        3,
        1f,
        a,
        2,
        0L,
        b,
        3,
        3L,
        0f,
        c,
        2,
        2L,
        2);
    assertNumbers(c, 1, 4, 3, 6);
  }

  @Test
  void productsOfNumbersOfSixteenBits() {
    HalfFloatArray x = HalfFloatArray.fromElements(new HalfFloat(1.5f), new HalfFloat(-2));
    HalfFloatArray half = new HalfFloatArray(1);
    run("cublas", "cublasGemmExFP16", half, 0, 0, 1, 1, 2, 1f, x, 1, x, 2, 0f, half, 1);
    assertThat(half.get(0).getFloat32()).isEqualTo(6.25f);
    FloatArray single = new FloatArray(1);
    run("cublas", "cublasGemmExFP16FP32", single, 0, 0, 1, 1, 2, 1f, x, 1, x, 2, 0f, single, 1);
    assertNumbers(single, 6.25);
    BFloat16Array y = BFloat16Array.fromFloats(1.5f, -2);
    BFloat16Array brain = new BFloat16Array(1);
    run("cublas", "cublasGemmExBF16", brain, 0, 0, 1, 1, 2, 1f, y, 1, y, 2, 0f, brain, 1);
    assertThat(brain.getFloat(0)).isEqualTo(6.25f);
  }

  @Test
  void softmaxOfEachRow() {
    FloatArray in = FloatArray.fromElements(0, (float) Math.log(3), 1000, 1000);
    FloatArray out = new FloatArray(4);
    run("cudnn", "cudnnSoftmax", out, in, out, 2, 2);
    assertNumbers(out, 0.25, 0.75, 0.5, 0.5);
  }

  @Test
  void activations() {
    FloatArray in = FloatArray.fromElements(-1, 0, (float) Math.log(3));
    FloatArray out = new FloatArray(3);
    run("cudnn", "cudnnRelu", out, in, out, 3);
    assertNumbers(out, 0, 0, Math.log(3));
    run("cudnn", "cudnnTanh", out, in, out, 3);
    assertNumbers(out, -0.7615942, 0, 0.8);
    run("cudnn", "cudnnSigmoid", out, in, out, 3);
    assertNumbers(out, 0.2689414, 0.5, 0.75);
  }

  @Test
  void theLargestOfEachWindow() {
    FloatArray in = counting(2 * 4 * 5); // two planes of 4 rows and 5 columns
    FloatArray out = new FloatArray(2 * 2 * 2);
    run("cudnn", "cudnnMaxPool2d", out, in, out, 1, 2, 4, 5, 2, 2);
    assertNumbers(out, 6, 8, 16, 18, 26, 28, 36, 38);
  }

  @Test
  void aConvolutionTurnsNoFilterRound() {
    FloatArray in = counting(2 * 3 * 3); // two channels
    FloatArray filter = FloatArray.fromElements(1, 10, 0, 0, 0, 0, 0, 100); // [1][2][2][2]
    FloatArray out = new FloatArray(2 * 2);
    run("cudnn", "cudnnConv2d", out, in, filter, out, 1, 2, 3, 3, 1, 2, 2, 0, 1);
    assertNumbers(out, 10 + 1300, 1 + 20 + 1400, 3 + 40 + 1600, 4 + 50 + 1700);
    run("cudnn", "cudnnConv2d", out, in, filter, out, 1, 2, 3, 3, 1, 2, 2, 1, 3);
    assertNumbers(out, 900, 0, 60, 8);
  }

  @Test
  void aTransformAndBack() {
    int size = 12;
    FloatArray wave = new FloatArray(2 * size);
    for (int i = 0; i < size; i++) {
      wave.set(2 * i, (float) Math.cos(2 * Math.PI * 5 * i / size));
      wave.set(2 * i + 1, (float) Math.sin(2 * Math.PI * 5 * i / size));
    }
    FloatArray transformed = new FloatArray(2 * size);
    run("cufft", "cufftForwardC2C", transformed, wave, transformed, size, 1);
    double[] peak = new double[2 * size];
    peak[2 * 5] = size;
    assertNumbers(transformed, peak);
    FloatArray back = new FloatArray(2 * size);
    run("cufft", "cufftInverseC2C", back, transformed, back, size, 1);
    for (int i = 0; i < back.getSize(); i++) {
      assertThat(back.get(i)).isCloseTo(size * wave.get(i), within(1e-5f));
    }
  }

  @Test
  void severalTransformsOfRealNumbersAndBack() {
    FloatArray in = FloatArray.fromElements(1, 2, 3, 4, 5, 0, 0, 0, 0, 1);
    FloatArray out = new FloatArray(2 * 2 * 3);
    run("cufft", "cufftForwardR2C", out, in, out, 5, 2);
    double c1 = Math.cos(2 * Math.PI / 5);
    double c2 = Math.cos(4 * Math.PI / 5);
    double s1 = Math.sin(2 * Math.PI / 5);
    double s2 = Math.sin(4 * Math.PI / 5);
    assertNumbers(out, 15, 0, -2.5, 3.440955, -2.5, 0.812299, 1, 0, c1, s1, c2, s2);
    FloatArray back = new FloatArray(10);
    run("cufft", "cufftInverseC2R", back, out, back, 5, 2);
    assertNumbers(back, 5, 10, 15, 20, 25, 0, 0, 0, 0, 5);
  }

  @Test
  void transformsOfDoublesAndOfGrids() {
    DoubleArray in = DoubleArray.fromElements(1, 0, 0, 1);
    DoubleArray out = new DoubleArray(4);
    run("cufft", "cufftForwardZ2Z", out, in, out, 2, 1);
    assertThat(out.toHeapArray()).containsExactly(new double[] {1, 1, 1, -1}, within(1e-15));
    FloatArray grid = new FloatArray(2 * 2 * 3);
    grid.set(2 * 4, 1); // row 1, column 1
    FloatArray spectrum = new FloatArray(2 * 2 * 3);
    run("cufft", "cufftForward2dC2C", spectrum, grid, spectrum, 2, 3);
    double s = Math.sqrt(0.75);
    assertNumbers(spectrum, 1, 0, -0.5, -s, -0.5, s, -1, 0, 0.5, s, 0.5, -s);
  }

  @Test
  void aSparseMatrixTimesVectorsAndMatrices() {
    IntArray rows = IntArray.fromElements(0, 2, 2, 3);
    IntArray columns = IntArray.fromElements(0, 3, 2);
    FloatArray values = FloatArray.fromElements(2, 3, 5);
    FloatArray x = FloatArray.fromElements(1, 10, 100, 1000);
    FloatArray y = new FloatArray(3);
    run("cusparse", "cusparseSpMV", y, 3, 4, 3, rows, columns, values, x, y);
    assertNumbers(y, 3002, 0, 500);
    FloatArray b = counting(8);
    FloatArray c = new FloatArray(6);
    run("cusparse", "cusparseSpMM", c, 3, 4, 2, 3, rows, columns, values, b, c);
    assertNumbers(c, 18, 23, 0, 0, 20, 25);
  }

  @Test
  void whatIsOnlyWrittenIsNotUploaded() {
    FloatArray in = FloatArray.fromElements(1, 2, 3);
    FloatArray out = FloatArray.fromElements(7, 7, 7);
    LibraryTaskDescriptor call =
        call("cudnn", "cudnnRelu", null, in, out, 2)
            .withAccess(new Access[] {Access.READ_ONLY, Access.WRITE_ONLY, Access.READ_ONLY});
    TaskGraph graph =
        new TaskGraph("library")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in, out)
            .libraryTask("relu", ignored -> call, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    new TornadoExecutionPlan(graph.snapshot()).execute();
    assertNumbers(out, 1, 2, Double.NaN);
  }

  @Test
  void aFunctionThatIsNotHereFailsWhenItIsToRun() {
    FloatArray out = new FloatArray(1);
    LibraryTaskDescriptor call = call("cutlass", "cutlassSgemm", out, 1, out);
    TaskGraph graph =
        new TaskGraph("library")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, out)
            .libraryTask("product", ignored -> call, out);
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    assertThatThrownBy(plan::execute)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("no cutlassSgemm of nvidia/cutlass; it has ")
        .hasMessageContaining("cublasSgemm, ");
    assertThatThrownBy(() -> graph.libraryTask("product", ignored -> call, out))
        .isInstanceOf(TornadoTaskRuntimeException.class);
  }
}
