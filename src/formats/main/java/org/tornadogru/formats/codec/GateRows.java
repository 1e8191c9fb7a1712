package org.tornadogru.formats.codec;

import java.util.List;
import org.tornadogru.nn.Tensor;

/** Weights between the arrangements of other programs and PyTorch's. */
public final class GateRows {

  private GateRows() {}

  /**
   * ONNX and Keras have the gates z, r, n where PyTorch has r, z, n; the same swap leads back.
   *
   * @param rows [3·H][any], or [3·H]
   */
  public static Tensor swapResetAndUpdate(Tensor rows) {
    int gate = rows.size() / 3;
    return Tensor.of(
        rows.name(),
        rows.shape(),
        place -> rows.at(place < gate ? place + gate : place < 2 * gate ? place - gate : place));
  }

  /**
   * The transposed matrix.
   *
   * @param matrix [rows][columns]
   * @return [columns][rows]
   */
  public static Tensor transposed(Tensor matrix) {
    int rows = matrix.shape().get(0);
    int columns = matrix.shape().get(1);
    return Tensor.of(
        matrix.name(),
        List.of(columns, rows),
        place -> matrix.at(place % rows * columns + place / rows));
  }
}
