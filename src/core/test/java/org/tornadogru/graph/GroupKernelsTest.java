package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.device.NvidiaLibrary;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.Touch;
import org.tornadogru.kernels.VariantBackward;
import org.tornadogru.kernels.VariantForward;
import org.tornadogru.kernels.library.LibraryKernels;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Each kernel of the work-groups leaves what its loop leaves, whatever the sizes. */
class GroupKernelsTest {

  private static final float ROUNDING = 2e-5f;

  private final SplittableRandom random = new SplittableRandom(5);

  @ParameterizedTest
  @CsvSource({
    "1, 16, 16",
    "67, 16, 80",
    "130, 48, 16",
    "261, 32, 32",
    "37, 80, 112",
    "701, 16, 144",
    "33797, 16, 64",
    "33797, 16, 128"
  })
  void products(int positions, int rows, int columns) {
    int first = 3;
    FloatArray inputs = floats((first + positions) * rows);
    FloatArray parameters = floats(7 + (rows + 1) * columns);
    assertProducts(
        positions * columns,
        (kernels, outputs) ->
            kernels
                .linear()
                .launch("linear", inputs, parameters, outputs, 7, positions, first, rows, columns));
    int stride = columns + 5;
    FloatArray gradients = floats(positions * stride);
    FloatArray transposed = floats(rows * columns);
    assertProducts(
        positions * rows,
        (kernels, outputs) ->
            kernels
                .linearBackward()
                .launch(
                    "linearBackward",
                    gradients,
                    transposed,
                    outputs,
                    positions,
                    rows,
                    columns,
                    stride));
  }

  /** By half a unit of the last of 11 or 8 bits each: a product by less than 2⁻¹⁰ or 2⁻⁷. */
  @ParameterizedTest
  @CsvSource({
    "CUBLAS_TF32, 67, 16, 80",
    "CUBLAS_TF32, 261, 144, 32",
    "CUBLAS_BF16, 67, 16, 80",
    "CUBLAS_BF16, 261, 144, 32"
  })
  void tensorCoresRoundOperands(KernelChoice choice, int positions, int rows, int columns) {
    assumeTrue(choice != KernelChoice.CUBLAS_BF16 || mayBeExtended(), "cuBLAS of all functions");
    KernelSet kernels =
        choice == KernelChoice.CUBLAS_TF32
            ? LibraryKernels.CUBLAS_TF32
            : LibraryKernels.CUBLAS_BF16;
    FloatArray inputs = floats(positions * rows);
    FloatArray parameters = floats((rows + 1) * columns);
    float[] rounded = linear(kernels, inputs, parameters, positions, rows, columns);
    float[] exact = linear(KernelSet.ANNOTATED, inputs, parameters, positions, rows, columns);
    float[] sizes =
        linear(
            KernelSet.ANNOTATED,
            magnitudes(inputs),
            magnitudes(parameters),
            positions,
            rows,
            columns);
    double largest = 0;
    for (int i = 0; i < exact.length; i++) {
      largest = Math.max(largest, Math.abs(rounded[i] - exact[i]) / sizes[i]);
    }
    double product = Math.scalb(1.0, 1 - kernels.operandBits());
    assertThat(largest).isLessThan(product + ROUNDING);
    if (Device.fastest().isPlainJvm()) { // others may have more bits
      assertThat(largest).isGreaterThan(product / 8);
    }
  }

  /** A stand-in for cuBLAS has what is usual only; elsewhere the products are loops. */
  private static boolean mayBeExtended() {
    return Device.fastest().backend() != Device.Backend.CUDA || NvidiaLibrary.hasExtendedProduct();
  }

  private static float[] linear(
      KernelSet kernels,
      FloatArray inputs,
      FloatArray parameters,
      int positions,
      int rows,
      int columns) {
    FloatArray outputs = HostArrays.floats(positions * columns);
    run(
        kernels,
        kernels
            .linear()
            .launch("linear", inputs, parameters, outputs, 0, positions, 0, rows, columns),
        outputs);
    return outputs.toHeapArray();
  }

  private static FloatArray magnitudes(FloatArray array) {
    FloatArray magnitudes = copy(array);
    for (int i = 0; i < array.getSize(); i++) {
      magnitudes.set(i, Math.abs(array.get(i)));
    }
    return magnitudes;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 16, 16, 1",
    "67, 16, 80, 3",
    "130, 48, 16, 1",
    "53, 32, 32, 9",
    "37, 80, 112, 2",
    "300, 144, 16, 100",
    "300, 144, 144, 264"
  })
  void weightGradients(int positions, int rows, int columns, int slices) {
    int inputStride = rows + 3;
    int gradientStride = columns + 2;
    FloatArray inputs = floats(5 + positions * inputStride);
    FloatArray gradients = floats(4 + positions * gradientStride);
    int size = (rows + 1) * columns + 11;
    assertProducts(
        slices * size,
        (kernels, partials) ->
            kernels
                .affineGradient()
                .launch(
                    "affine",
                    inputs,
                    gradients,
                    partials,
                    5,
                    inputStride,
                    4,
                    gradientStride,
                    6,
                    size,
                    positions,
                    rows,
                    columns,
                    slices,
                    Math.ceilDiv(positions, slices)));
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 16, 1, 0", "67, 28, 32, 3, 1", "301, 130, 48, 1, 0", "90, 1100, 16, 2, 1"})
  void sumsByToken(int positions, int vocabulary, int hidden, int slices, int added) {
    IntArray tokens = HostArrays.ints(positions);
    FloatArray gateGradients = floats(positions * 4 * hidden);
    for (int position = 0; position < positions; position++) {
      tokens.set(position, position == 5 ? -1 : random.nextInt(vocabulary));
    }
    int size = (vocabulary + 1) * 3 * hidden + 11;
    int sliceLength = Math.ceilDiv(positions, slices);
    assertTwins(
        slices * size,
        (kernels, partials) ->
            kernels
                .lookUpGradient()
                .launch(
                    "lookUp",
                    tokens,
                    gateGradients,
                    partials,
                    6,
                    size,
                    positions,
                    vocabulary,
                    hidden,
                    slices,
                    sliceLength));
    int symbols = Tiles.padded(vocabulary);
    int height = hidden + 1;
    int tableSize = symbols * height + 13;
    assertTwins(
        slices * tableSize,
        (kernels, partials) ->
            kernels
                .embedBackward()
                .launch(
                    "embedBackward",
                    tokens,
                    gateGradients,
                    partials,
                    4,
                    tableSize,
                    positions,
                    symbols,
                    height,
                    hidden,
                    slices,
                    sliceLength,
                    added));
  }

  @Test
  void clippingOfTensors() {
    IntArray runs = HostArrays.of(3, 10, 700, 1, 600, 5);
    IntArray tensorOf = HostArrays.of(0, 1, 1);
    FloatArray gradient = floats(705);
    FloatArray scales = floats(3);
    assertTwins(
        3,
        (kernels, squares) ->
            kernels.sums().squaresOfRuns().launch("squaresOfRuns", gradient, runs, squares, 3));
    assertTwins(
        705,
        (kernels, result) ->
            kernels.sums().scaleRuns().launch("scaleRuns", result, runs, tensorOf, scales, 3, 2));
    assertTwins(
        3,
        (kernels, result) ->
            kernels
                .sums()
                .scaleRuns()
                .launch("scaleRuns", copy(gradient), runs, tensorOf, result, 3, 2));
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "3, 16", "67, 28", "5, 1100"})
  void losses(int positions, int vocabulary) {
    int symbols = Tiles.padded(vocabulary);
    IntArray targets = HostArrays.ints(2 + positions);
    for (int position = 0; position < positions; position++) {
      targets.set(2 + position, position == 2 ? -1 : random.nextInt(vocabulary));
    }
    FloatArray logits = floats(positions * symbols);
    FloatArray weights = squares(symbols);
    FloatArray losses = floats(2 * positions);
    assertTwins(
        positions * symbols,
        (kernels, gradients) ->
            softmax(kernels, gradients, targets, losses, positions, vocabulary));
    assertTwins(
        positions,
        (kernels, result) ->
            softmax(kernels, copy(logits), targets, result, positions, vocabulary));
    assertTwins(
        positions * symbols,
        (kernels, gradients) ->
            weightedSoftmax(kernels, gradients, targets, weights, losses, positions, vocabulary));
    assertTwins(
        2 * positions,
        (kernels, result) ->
            weightedSoftmax(
                kernels, copy(logits), targets, weights, result, positions, vocabulary));
    FloatArray ties = copy(logits);
    for (int position = 0; position < positions; position++) { // the last class and another one
      ties.set(position * symbols + vocabulary - 1, 7);
      ties.set(position * symbols + position % vocabulary, 7);
    }
    for (FloatArray scores : List.of(logits, ties)) {
      assertTwins(
          2 * positions,
          (kernels, result) ->
              kernels
                  .losses()
                  .measureClasses()
                  .launch("measure", scores, targets, result, positions, 2, vocabulary, symbols));
    }
  }

  private static Launch softmax(
      KernelSet kernels,
      FloatArray logits,
      IntArray targets,
      FloatArray losses,
      int positions,
      int vocabulary) {
    return kernels
        .losses()
        .softmax()
        .launch(
            "softmax", logits, targets, losses, positions, 2, vocabulary, Tiles.padded(vocabulary));
  }

  private static Launch weightedSoftmax(
      KernelSet kernels,
      FloatArray logits,
      IntArray targets,
      FloatArray weights,
      FloatArray losses,
      int positions,
      int vocabulary) {
    return kernels
        .losses()
        .weightedSoftmax()
        .launch(
            "weightedSoftmax",
            logits,
            targets,
            weights,
            losses,
            positions,
            2,
            vocabulary,
            Tiles.padded(vocabulary),
            0.1f);
  }

  private static FloatArray copy(FloatArray array) {
    return HostArrays.of(array.toHeapArray());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 5", "33, 301"})
  void sumsOfRows(int rows, int columns) {
    FloatArray values = floats(rows * columns);
    IntArray targets = HostArrays.ints(2 + rows * columns);
    for (int i = 0; i < targets.getSize(); i++) {
      targets.set(i, random.nextInt(3) - 1);
    }
    FloatArray sums = squares(2 * rows);
    FloatArray positive = HostArrays.of(3f, 9f);
    FloatArray rates = floats(16);
    rates.set(Rates.NORM_LIMIT, 0.5f);
    assertTwins(
        rows,
        (kernels, result) -> kernels.sums().rows().launch("rows", values, result, rows, columns));
    assertTwins(
        2 * rows,
        (kernels, result) ->
            kernels.sums().byStep().launch("byStep", values, targets, result, rows, columns, 2));
    assertTwins(
        1,
        (kernels, result) ->
            kernels.sums().mean().launch("mean", sums, result, HostArrays.floats(1), rows));
    assertTwins(
        1,
        (kernels, result) ->
            kernels.sums().mean().launch("mean", sums, HostArrays.floats(1), result, rows));
    FloatArray squares = squares(columns);
    assertTwins(
        1,
        (kernels, result) ->
            kernels.sums().clip().launch("clip", squares, positive, result, rates, columns));
  }

  @ParameterizedTest
  @CsvSource({"1, 7, 3", "17, 300, 4", "100, 901, 2"})
  void sumsOverSlices(int slices, int size, int lanes) {
    FloatArray partials = floats(slices * size);
    assertTwins(
        size,
        (kernels, result) ->
            kernels
                .sums()
                .combine()
                .launch(
                    "combine", partials, result, HostArrays.floats(lanes), slices, size, lanes));
    List<Double> norms = new ArrayList<>();
    for (KernelSet kernels : List.of(KernelSet.ANNOTATED, WorkgroupKernels.WORKGROUP)) {
      FloatArray squares = floats(lanes);
      run(
          kernels,
          List.of(
              kernels
                  .sums()
                  .combine()
                  .launch(
                      "combine", partials, HostArrays.floats(size), squares, slices, size, lanes)),
          squares);
      norms.add(IntStream.range(0, lanes).mapToDouble(squares::get).sum());
    }
    assertThat(norms.get(1)).isCloseTo(norms.get(0), withinPercentage(1e-3));
  }

  @ParameterizedTest
  @CsvSource({"16, 16", "48, 80"})
  void transposition(int rows, int columns) {
    FloatArray parameters = floats(5 + (rows + 1) * columns);
    assertTwins(
        rows * columns,
        (kernels, result) ->
            kernels.transpose().launch("transpose", parameters, result, 5, rows, columns));
  }

  /** Hidden units: of which a group keeps the weights, does not, and more than it has items. */
  @ParameterizedTest
  @CsvSource({"16, 0, 3", "48, 1, 1", "64, 0, 2", "272, 1, 3"})
  void variants(int hidden, int resetBefore, int gating) {
    int steps = 3;
    int batch = 8;
    int positions = steps * batch;
    IntArray tokens = HostArrays.ints(positions);
    for (int position = 0; position < positions; position++) {
      tokens.set(position, random.nextInt(6) - 1);
    }
    FloatArray table = floats(5 * 3 * hidden);
    FloatArray parameters = floats(7 + 3 * hidden * (hidden + 1), 1 / Math.sqrt(hidden));
    FloatArray initial = floats(batch * hidden);
    FloatArray multipliers = floats(batch * hidden);
    FloatArray hardSigmoidAndElu = HostArrays.of(7f, 0.2f, 0.5f, 8f, 1.3f, 0f, 1.5f);
    for (int out = 0; out < 4; out++) {
      int written = out;
      List<Integer> sizes = List.of(positions + batch, 4 * positions, 3 * positions, positions);
      assertTwins(
          sizes.get(out) * hidden,
          (kernels, result) -> {
            List<FloatArray> outs =
                IntStream.range(0, 4)
                    .mapToObj(i -> i == written ? result : floats(sizes.get(i) * hidden))
                    .toList();
            return kernels
                .variants()
                .forward()
                .launch(
                    "forward",
                    new VariantForward.Arguments(
                        tokens,
                        table,
                        parameters,
                        initial,
                        outs.get(0),
                        outs.get(1),
                        outs.get(2),
                        outs.get(3),
                        multipliers,
                        hardSigmoidAndElu,
                        7,
                        steps,
                        batch,
                        hidden,
                        batch * 4 * hidden,
                        resetBefore,
                        gating,
                        hidden - 3));
          });
    }
    FloatArray gates = floats(4 * positions * hidden);
    FloatArray slopes = floats(3 * positions * hidden);
    FloatArray operands = floats(positions * hidden);
    FloatArray states = floats((positions + batch) * hidden);
    FloatArray transposed = floats(3 * hidden * hidden, 1 / Math.sqrt(hidden));
    FloatArray stateGradients = floats(positions * hidden);
    for (boolean initialState : new boolean[] {true, false}) {
      assertTwins(
          (initialState ? batch : 4 * positions) * hidden,
          (kernels, result) ->
              kernels
                  .variants()
                  .backward()
                  .launch(
                      "backward",
                      new VariantBackward.Arguments(
                          initialState ? copy(gates) : result,
                          slopes,
                          operands,
                          states,
                          multipliers,
                          transposed,
                          stateGradients,
                          initialState ? result : floats(batch * hidden),
                          steps,
                          batch,
                          hidden,
                          resetBefore)));
    }
  }

  private FloatArray floats(int size) {
    return floats(size, 1);
  }

  private FloatArray floats(int size, double deviation) {
    FloatArray array = HostArrays.floats(size);
    for (int i = 0; i < size; i++) {
      array.set(i, (float) (deviation * random.nextGaussian()));
    }
    return array;
  }

  private FloatArray squares(int size) {
    FloatArray array = floats(size);
    for (int i = 0; i < size; i++) {
      array.set(i, array.get(i) * array.get(i));
    }
    return array;
  }

  private void assertTwins(int size, BiFunction<KernelSet, FloatArray, Launch> kernel) {
    assertTwins(size, WorkgroupKernels.WORKGROUP, kernel.andThen(List::of));
  }

  /** Of these there are more sets, and several tasks. */
  private void assertProducts(int size, BiFunction<KernelSet, FloatArray, List<Launch>> kernel) {
    assertTwins(size, WorkgroupKernels.WORKGROUP, kernel);
    assertTwins(size, LibraryKernels.CUBLAS, kernel);
  }

  /** What is not written stays as it was, too. */
  private void assertTwins(
      int size, KernelSet twin, BiFunction<KernelSet, FloatArray, List<Launch>> kernel) {
    FloatArray before = floats(size);
    List<float[]> results = new ArrayList<>();
    for (KernelSet kernels : List.of(KernelSet.ANNOTATED, twin)) {
      FloatArray result = copy(before);
      run(kernels, kernel.apply(kernels, result), result);
      results.add(result.toHeapArray());
    }
    for (int i = 0; i < size; i++) {
      float expected = results.get(0)[i];
      float rounding = ROUNDING * Math.max(1, Math.abs(expected));
      if (!(Math.abs(results.get(1)[i] - expected)
          <= rounding)) { // a million assertions take minutes
        assertThat(results.get(1)[i]).as("[%d]", i).isCloseTo(expected, within(rounding));
      }
    }
  }

  private static void run(KernelSet kernels, List<Launch> launches, FloatArray result) {
    Object[] inputs =
        launches.stream()
            .flatMap(launch -> Stream.of(launch.task().getTaskParameters()))
            .filter(each -> each instanceof FloatArray || each instanceof IntArray)
            .distinct()
            .toArray();
    PlanGraph graph =
        new PlanGraph("twin")
            .upload(inputs)
            .loop(1, new TaskPackage("keep", Touch::rewrite, result)) // else it is not uploaded
            .add(launches)
            .download(result);
    try (ExecutionPlan plan = new ExecutionPlan(new Placement(Device.fastest(), kernels), graph)) {
      plan.execute(0);
    }
  }
}
