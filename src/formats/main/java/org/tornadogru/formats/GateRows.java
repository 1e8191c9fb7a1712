package org.tornadogru.formats;

/** Weights between the arrangements of other programs and PyTorch's. */
final class GateRows {

  private GateRows() {}

  /**
   * ONNX and Keras have the gates z, r, n where PyTorch has r, z, n; the same swap leads back.
   *
   * @param rows [3·H][any], or [3·H]
   */
  static float[] swapResetAndUpdate(float[] rows) {
    int gate = rows.length / 3;
    float[] swapped = rows.clone();
    System.arraycopy(rows, 0, swapped, gate, gate);
    System.arraycopy(rows, gate, swapped, 0, gate);
    return swapped;
  }

  /**
   * The transposed matrix.
   *
   * @param matrix [rows][columns]
   * @return [columns][rows]
   */
  static float[] transposed(float[] matrix, int rows, int columns) {
    float[] transposed = new float[matrix.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = matrix[row * columns + column];
      }
    }
    return transposed;
  }
}
