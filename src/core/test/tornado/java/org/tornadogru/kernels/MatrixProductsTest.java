package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.kernels.wide.WideKernels;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.matrix.Matrix2DFloat;
import uk.ac.manchester.tornado.matrix.MatrixMath;

/** The kernels that are matrix products give what TornadoVM's own products give. */
class MatrixProductsTest {

  private static final float ROUNDING = 2e-5f;

  /** A kernel set, and positions, rows, columns: the sizes of {@link LinearLayer}. */
  static Stream<Arguments> shapes() {
    return Stream.of(KernelSet.ANNOTATED, WideKernels.WIDE)
        .flatMap(
            set ->
                Stream.of(List.of(8, 16, 16), List.of(24, 48, 16), List.of(56, 16, 80))
                    .map(size -> Arguments.of(set, size.get(0), size.get(1), size.get(2))));
  }

  @ParameterizedTest(name = "{0} [{1}][{2}] · [{2}][{3}]")
  @MethodSource("shapes")
  void linearIsAProductPlusBias(KernelSet kernels, int positions, int rows, int columns) {
    int first = 2;
    Matrix2DFloat x = random(positions, rows, 1);
    Matrix2DFloat w = random(rows, columns, 2);
    Matrix2DFloat bias = random(1, columns, 3);
    Matrix2DFloat expected = new Matrix2DFloat(positions, columns);
    FloatArray inputs = new FloatArray((first + positions) * rows);
    FloatArray parameters = new FloatArray((rows + 1) * columns);
    FloatArray outputs = new FloatArray(positions * columns);
    for (int position = 0; position < positions; position++) {
      for (int row = 0; row < rows; row++) {
        inputs.set((first + position) * rows + row, x.get(position, row));
      }
      for (int column = 0; column < columns; column++) {
        expected.set(position, column, bias.get(0, column));
      }
    }
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        parameters.set(Tiles.at(row, column, rows + 1), w.get(row, column));
      }
      parameters.set(Tiles.at(rows, column, rows + 1), bias.get(0, column));
    }

    MatrixMath.sgemm(false, false, 1f, x, w, 1f, expected);
    PlainLoops.run(
        kernels
            .linear()
            .launch("linear", inputs, parameters, outputs, 0, positions, first, rows, columns));
    for (int position = 0; position < positions; position++) {
      for (int column = 0; column < columns; column++) {
        assertThat(outputs.get(position * columns + column))
            .as("y[%d][%d]", position, column)
            .isCloseTo(expected.get(position, column), within(ROUNDING));
      }
    }
  }

  @ParameterizedTest(name = "{0} [{1}][{3}] · [{3}][{2}]")
  @MethodSource("shapes")
  void linearBackwardIsAProductWithTheTranspose(
      KernelSet kernels, int positions, int rows, int columns) {
    Matrix2DFloat gradients = random(positions, columns, 4);
    Matrix2DFloat transposed = random(columns, rows, 5);
    Matrix2DFloat expected = new Matrix2DFloat(positions, rows);
    FloatArray weights = new FloatArray(rows * columns);
    FloatArray inputGradients = new FloatArray(positions * rows);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        weights.set(Tiles.at(column, row, columns), transposed.get(column, row));
      }
    }

    MatrixMath.sgemm(gradients, transposed, expected);
    PlainLoops.run(
        kernels
            .linearBackward()
            .launch(
                "linearBackward",
                rowMajor(gradients),
                weights,
                inputGradients,
                positions,
                rows,
                columns,
                columns));
    for (int position = 0; position < positions; position++) {
      for (int row = 0; row < rows; row++) {
        assertThat(inputGradients.get(position * rows + row))
            .as("dx[%d][%d]", position, row)
            .isCloseTo(expected.get(position, row), within(ROUNDING));
      }
    }
  }

  @ParameterizedTest(name = "{0} [{2}][{1}] · [{1}][{3}]")
  @MethodSource("shapes")
  void affineGradientIsAProductOfTransposedInputs(
      KernelSet kernels, int positions, int rows, int columns) {
    int slices = 2;
    int size = (rows + 1) * columns;
    Matrix2DFloat x = random(positions, rows, 6);
    Matrix2DFloat gradients = random(positions, columns, 7);
    Matrix2DFloat transposed = new Matrix2DFloat(rows + 1, positions); // and ones, for the bias
    for (int position = 0; position < positions; position++) {
      for (int row = 0; row < rows; row++) {
        transposed.set(row, position, x.get(position, row));
      }
      transposed.set(rows, position, 1f);
    }
    Matrix2DFloat expected = new Matrix2DFloat(rows + 1, columns);
    FloatArray partials = new FloatArray(slices * size);

    MatrixMath.sgemm(transposed, gradients, expected);
    PlainLoops.run(
        kernels
            .affineGradient()
            .launch(
                "affine",
                rowMajor(x),
                rowMajor(gradients),
                partials,
                0,
                rows,
                0,
                columns,
                0,
                size,
                positions,
                rows,
                columns,
                slices,
                Math.max(8, positions - 8))); // the last slice is short, or empty
    for (int row = 0; row <= rows; row++) {
      for (int column = 0; column < columns; column++) {
        int at = Tiles.at(row, column, rows + 1);
        assertThat(partials.get(at) + partials.get(size + at))
            .as("dW[%d][%d]", row, column)
            .isCloseTo(expected.get(row, column), within(ROUNDING));
      }
    }
  }

  private static Matrix2DFloat random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    Matrix2DFloat matrix = new Matrix2DFloat(rows, columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        matrix.set(row, column, (float) random.nextGaussian());
      }
    }
    return matrix;
  }

  private static FloatArray rowMajor(Matrix2DFloat matrix) {
    int columns = matrix.getNumColumns();
    FloatArray values = new FloatArray(matrix.getNumRows() * columns);
    for (int i = 0; i < values.getSize(); i++) {
      values.set(i, matrix.get(i / columns, i % columns));
    }
    return values;
  }
}
