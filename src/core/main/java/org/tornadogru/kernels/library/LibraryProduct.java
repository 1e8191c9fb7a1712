package org.tornadogru.kernels.library;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twins of {@link org.tornadogru.kernels.LinearLayer} and {@link
 * org.tornadogru.kernels.WeightGradients#affine} as products of whole matrices, which a library
 * wants row by row: weights in tiles are copied.
 */
final class LibraryProduct {

  /** Few rows are not worth a copy of the weights: one character at a time has one. */
  private static final int LEAST_POSITIONS = 64;

  private final int bits;

  /** Of operands that keep so many bits of their significand. */
  LibraryProduct(int bits) {
    this.bits = bits;
  }

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linear}. */
  List<Launch> linear(
      String id,
      FloatArray inputs,
      FloatArray parameters,
      FloatArray outputs,
      int weightsAt,
      int positions,
      int first,
      int rows,
      int columns) {
    if (positions < LEAST_POSITIONS) {
      return WorkgroupKernels.WORKGROUP
          .linear()
          .launch(id, inputs, parameters, outputs, weightsAt, positions, first, rows, columns);
    }
    FloatArray weights = new FloatArray(rows * columns);
    return List.of(
        untile(id + "Weights", parameters, weights, weightsAt, rows + 1, rows, columns),
        Launch.loop(
            positions,
            columns,
            new TaskPackage(
                id + "Bias",
                Rearrangement::spreadBias,
                parameters,
                outputs,
                weightsAt,
                positions,
                rows,
                columns)),
        Multiplication.of(bits, positions, columns, rows)
            .left(inputs, first * rows, rows)
            .right(weights, 0, columns)
            .addedTo(outputs, 0, columns)
            .launch(id));
  }

  /** Twin of {@link org.tornadogru.kernels.LinearLayer#linearBackward}. */
  List<Launch> linearBackward(
      String id,
      FloatArray outputGradients,
      FloatArray transposed,
      FloatArray inputGradients,
      int positions,
      int rows,
      int columns,
      int stride) {
    FloatArray weights = new FloatArray(rows * columns);
    return List.of(
        untile(id + "Weights", transposed, weights, 0, columns, columns, rows),
        Multiplication.of(bits, positions, rows, columns)
            .left(outputGradients, 0, stride)
            .right(weights, 0, rows)
            .to(inputGradients, 0, rows)
            .launch(id));
  }

  private static Launch untile(
      String id,
      FloatArray tiles,
      FloatArray matrix,
      int tilesAt,
      int tileRows,
      int rows,
      int columns) {
    return Launch.loop(
        rows,
        columns,
        new TaskPackage(
            id, Rearrangement::untile, tiles, matrix, tilesAt, tileRows, rows, columns));
  }

  /**
   * Twin of {@link org.tornadogru.kernels.WeightGradients#affine}: a product for each slice, and
   * one of ones for the bias below it; then both go into tiles.
   */
  List<Launch> affine(
      String id,
      FloatArray inputs,
      FloatArray gradients,
      FloatArray partials,
      int inputsAt,
      int inputStride,
      int gradientsAt,
      int gradientStride,
      int partialsAt,
      int size,
      int positions,
      int rows,
      int columns,
      int slices,
      int sliceLength) {
    FloatArray ones = new FloatArray(sliceLength);
    FloatArray sums = new FloatArray(slices * (rows + 1) * columns);
    List<Launch> tasks = new ArrayList<>();
    tasks.add(
        Launch.loop(
            sliceLength, new TaskPackage(id + "Ones", Rearrangement::fill, ones, 1f, sliceLength)));
    int whole = positions / sliceLength;
    int rest = positions - whole * sliceLength;
    Slices all =
        new Slices(
            bits,
            id,
            inputs,
            gradients,
            ones,
            sums,
            inputsAt,
            inputStride,
            gradientsAt,
            gradientStride,
            rows,
            columns,
            sliceLength);
    all.add(tasks, "", 0, whole, sliceLength);
    if (rest > 0) {
      all.add(tasks, "Rest", whole, 1, rest);
    }
    tasks.add(
        Launch.loop(
            slices * (rows + 1),
            columns,
            new TaskPackage(
                id + "Tiles",
                Rearrangement::tile,
                sums,
                partials,
                partialsAt,
                size,
                rows,
                columns,
                slices,
                Math.ceilDiv(positions, sliceLength))));
    return tasks;
  }

  /** What the products of all slices have in common. */
  private record Slices(
      int bits,
      String id,
      FloatArray inputs,
      FloatArray gradients,
      FloatArray ones,
      FloatArray sums,
      int inputsAt,
      int inputStride,
      int gradientsAt,
      int gradientStride,
      int rows,
      int columns,
      int sliceLength) {

    void add(List<Launch> tasks, String suffix, int first, int count, int positions) {
      if (count == 0) {
        return;
      }
      int inputsFrom = inputsAt + first * sliceLength * inputStride;
      int gradientsFrom = gradientsAt + first * sliceLength * gradientStride;
      int sumsFrom = first * (rows + 1) * columns;
      tasks.add(
          Multiplication.of(bits, rows, columns, positions)
              .times(count)
              .leftTransposed(inputs, inputsFrom, inputStride, sliceLength * inputStride)
              .right(gradients, gradientsFrom, gradientStride, sliceLength * gradientStride)
              .to(sums, sumsFrom, columns, (rows + 1) * columns)
              .launch(id + suffix));
      tasks.add(
          Multiplication.of(bits, 1, columns, positions)
              .times(count)
              .leftTransposed(ones, 0, 1, 0)
              .right(gradients, gradientsFrom, gradientStride, sliceLength * gradientStride)
              .to(sums, sumsFrom + rows * columns, columns, (rows + 1) * columns)
              .launch(id + "Bias" + suffix));
    }
  }
}
