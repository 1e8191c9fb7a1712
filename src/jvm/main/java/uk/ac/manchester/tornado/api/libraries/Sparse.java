package uk.ac.manchester.tornado.api.libraries;

import java.util.Map;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Products of a sparse matrix, whose rows are compressed, and dense ones, row by row. */
final class Sparse {

  static final Map<String, Consumer<Object[]>> FUNCTIONS =
      Map.of(
          "cusparseSpMV", arguments -> timesVector(new Arguments(arguments)),
          "cusparseSpMM", arguments -> timesMatrix(new Arguments(arguments)));

  private Sparse() {}

  private static void timesVector(Arguments in) {
    int rows = in.integer();
    in.integer(); // columns
    in.integer(); // elements that are there
    multiply(rows, 1, in);
  }

  private static void timesMatrix(Arguments in) {
    int rows = in.integer();
    in.integer(); // columns
    int dense = in.integer();
    in.integer(); // elements that are there
    multiply(rows, dense, in);
  }

  /** c [rows][n] = a b, with b [columns][n]. */
  private static void multiply(int rows, int n, Arguments in) {
    IntArray offsets = in.array(IntArray.class);
    IntArray columns = in.array(IntArray.class);
    FloatArray values = in.array(FloatArray.class);
    FloatArray b = in.array(FloatArray.class);
    FloatArray c = in.array(FloatArray.class);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < n; column++) {
        double sum = 0;
        for (int i = offsets.get(row); i < offsets.get(row + 1); i++) {
          sum += (double) values.get(i) * b.get(columns.get(i) * n + column);
        }
        c.set(row * n + column, (float) sum);
      }
    }
  }
}
