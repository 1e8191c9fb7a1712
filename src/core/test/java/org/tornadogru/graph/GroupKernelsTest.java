package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.device.Device;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
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
    "701, 16, 144"
  })
  void products(int positions, int rows, int columns) {
    int first = 3;
    FloatArray inputs = floats((first + positions) * rows);
    FloatArray parameters = floats(7 + (rows + 1) * columns);
    assertTwins(
        positions * columns,
        (kernels, outputs) ->
            kernels
                .linear()
                .launch("linear", inputs, parameters, outputs, 7, positions, first, rows, columns));
    int stride = columns + 5;
    FloatArray gradients = floats(positions * stride);
    FloatArray transposed = floats(rows * columns);
    assertTwins(
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

  @ParameterizedTest
  @CsvSource({
    "1, 16, 16, 1",
    "67, 16, 80, 3",
    "130, 48, 16, 1",
    "53, 32, 32, 9",
    "37, 80, 112, 2",
    "300, 144, 16, 100"
  })
  void weightGradients(int positions, int rows, int columns, int slices) {
    int inputStride = rows + 3;
    int gradientStride = columns + 2;
    FloatArray inputs = floats(5 + positions * inputStride);
    FloatArray gradients = floats(4 + positions * gradientStride);
    int size = (rows + 1) * columns + 11;
    assertTwins(
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

  private FloatArray floats(int size) {
    FloatArray array = HostArrays.floats(size);
    for (int i = 0; i < size; i++) {
      array.set(i, (float) random.nextGaussian());
    }
    return array;
  }

  /** What is not written stays as it was, too. */
  private void assertTwins(int size, BiFunction<KernelSet, FloatArray, Launch> kernel) {
    FloatArray before = floats(size);
    List<float[]> results = new ArrayList<>();
    for (KernelSet kernels : List.of(KernelSet.ANNOTATED, WorkgroupKernels.WORKGROUP)) {
      FloatArray result = HostArrays.of(before.toHeapArray());
      Launch launch = kernel.apply(kernels, result);
      Object[] inputs =
          Stream.of(launch.task().getTaskParameters())
              .filter(each -> each instanceof FloatArray || each instanceof IntArray)
              .distinct()
              .toArray();
      PlanGraph graph = new PlanGraph("twin").upload(inputs).add(launch).download(result);
      try (ExecutionPlan plan =
          new ExecutionPlan(new Placement(Device.fastest(), kernels), graph)) {
        plan.execute(0);
      }
      results.add(result.toHeapArray());
    }
    for (int i = 0; i < size; i++) {
      if (!(Math.abs(results.get(1)[i] - results.get(0)[i]) <= ROUNDING)) {
        assertThat(results.get(1)[i]).as("[%d]", i).isCloseTo(results.get(0)[i], within(ROUNDING));
      }
    }
  }
}
