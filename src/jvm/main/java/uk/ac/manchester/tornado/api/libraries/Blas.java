package uk.ac.manchester.tornado.api.libraries;

import java.util.Map;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.libraries.Arguments.Reals;

/** Products of matrices, which lie column by column. Sums are in double precision. */
final class Blas {

  static final Map<String, Consumer<Object[]>> FUNCTIONS =
      Map.of(
          "cublasSgemv", arguments -> gemv(new Arguments(arguments)),
          "cublasSgemm", arguments -> gemm(new Arguments(arguments), false),
          "cublasGemmExFP16", arguments -> gemm(new Arguments(arguments), false),
          "cublasGemmExFP16FP32", arguments -> gemm(new Arguments(arguments), false),
          "cublasGemmExBF16", arguments -> gemm(new Arguments(arguments), false),
          "cublasSgemmStridedBatched", arguments -> gemm(new Arguments(arguments), true));

  private static final int NOT_TRANSPOSED = 0;

  private Blas() {}

  /**
   * A matrix in an array.
   *
   * @param rowStep from a row to the next, in elements
   * @param columnStep from a column to the next
   */
  private record Matrix(Reals values, int first, int rowStep, int columnStep) {

    static Matrix of(Reals values, int leading, int operation) {
      return operation == NOT_TRANSPOSED
          ? new Matrix(values, 0, 1, leading)
          : new Matrix(values, 0, leading, 1);
    }

    Matrix from(int first) {
      return new Matrix(values, first, rowStep, columnStep);
    }

    private int index(int row, int column) {
      return first + row * rowStep + column * columnStep;
    }

    double get(int row, int column) {
      return values.get(index(row, column));
    }

    void set(int row, int column, double value) {
      values.set(index(row, column), value);
    }
  }

  /** c = alpha a b + beta c, with a [m][k], b [k][n] and c [m][n]; c is not read if beta is 0. */
  private static void multiply(
      int m, int n, int k, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    for (int column = 0; column < n; column++) {
      for (int row = 0; row < m; row++) {
        double sum = 0;
        for (int i = 0; i < k; i++) {
          sum += a.get(row, i) * b.get(i, column);
        }
        c.set(row, column, alpha * sum + (beta == 0 ? 0 : beta * c.get(row, column)));
      }
    }
  }

  /** y = alpha op(a) x + beta y, with a [m][n]. */
  private static void gemv(Arguments in) {
    int operation = in.integer();
    int rows = in.integer();
    int columns = in.integer();
    float alpha = in.real();
    Matrix a = Matrix.of(in.reals(), in.integer(), operation);
    Matrix x = new Matrix(in.reals(), 0, in.integer(), 0);
    float beta = in.real();
    Matrix y = new Matrix(in.reals(), 0, in.integer(), 0);
    boolean transposed = operation != NOT_TRANSPOSED;
    multiply(transposed ? columns : rows, 1, transposed ? rows : columns, alpha, a, x, beta, y);
  }

  /**
   * c = alpha op(a) op(b) + beta c.
   *
   * @param batched whether there are many, each with its matrices a stride behind the one before
   */
  private static void gemm(Arguments in, boolean batched) {
    int operationA = in.integer();
    int operationB = in.integer();
    int m = in.integer();
    int n = in.integer();
    int k = in.integer();
    float alpha = in.real();
    Matrix a = Matrix.of(in.reals(), in.integer(), operationA);
    int strideA = batched ? in.count() : 0;
    Matrix b = Matrix.of(in.reals(), in.integer(), operationB);
    int strideB = batched ? in.count() : 0;
    float beta = in.real();
    Matrix c = Matrix.of(in.reals(), in.integer(), NOT_TRANSPOSED);
    int strideC = batched ? in.count() : 0;
    int batch = batched ? in.integer() : 1;
    for (int i = 0; i < batch; i++) {
      multiply(m, n, k, alpha, a.from(i * strideA), b.from(i * strideB), beta, c.from(i * strideC));
    }
  }
}
