package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.tornadogru.nn.Tensor;

/**
 * What comes out of a layer, from whatever implementation.
 *
 * @param y merged outputs of the last layer, [T][N][O]
 * @param finalStates h_n, [L·D][N][H]
 * @param last the merged final states of the last layer, [N][O]
 */
// Arrays as record components: these records carry values and are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record LayerOutput(double[][][] y, double[][][] finalStates, double[][] last) {

  /**
   * Asserts equality within {@code tolerance · max(1, |expected|)} everywhere.
   *
   * @param what the case, for the message
   */
  public void assertEquals(Object what, LayerOutput expected, double tolerance) {
    assertEquals(what + ": y", y, expected.y, tolerance);
    assertEquals(what + ": h_n", finalStates, expected.finalStates, tolerance);
    double[][][] expectedLast = {expected.last};
    assertEquals(what + ": last", new double[][][] {last}, expectedLast, tolerance);
  }

  /** The same for any three-dimensional array. */
  public static void assertEquals(
      String name, double[][][] actual, double[][][] expected, double tolerance) {
    assertThat(actual.length).as(name).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i].length).as("%s[%d]", name, i).isEqualTo(expected[i].length);
      for (int j = 0; j < expected[i].length; j++) {
        assertEquals("%s[%d][%d]".formatted(name, i, j), actual[i][j], expected[i][j], tolerance);
      }
    }
  }

  /** The same for a vector. */
  public static void assertEquals(
      String name, double[] actual, double[] expected, double tolerance) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s[%d]: %s, expected %s", name, i, actual[i], expected[i])
          .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(expected[i])));
    }
  }

  /**
   * Rows of an array.
   *
   * @param values [planes][rows][columns], flat
   */
  public static double[][][] unflatten(float[] values, int planes, int rows, int columns) {
    double[][][] result = new double[planes][rows][columns];
    for (int i = 0; i < planes * rows * columns; i++) {
      result[i / (rows * columns)][i / columns % rows][i % columns] = values[i];
    }
    return result;
  }

  /** A float implementation's array. */
  public static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /** The same in three dimensions. */
  public static double[][][] doubles(float[][][] values) {
    return Arrays.stream(values)
        .map(rows -> Arrays.stream(rows).map(LayerOutput::doubles).toArray(double[][]::new))
        .toArray(double[][][]::new);
  }

  /** An array for a float implementation, rounded. */
  public static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The same in three dimensions. */
  public static float[][][] floats(double[][][] values) {
    return Arrays.stream(values)
        .map(rows -> Arrays.stream(rows).map(LayerOutput::floats).toArray(float[][]::new))
        .toArray(float[][][]::new);
  }

  /** The same as a tensor. */
  public static Tensor tensor(double[][][] values) {
    return Tensor.of("values", floats(values));
  }

  /** The reverse of {@link #unflatten}, rounded. */
  public static float[] flatten(double[][][] values) {
    return floats(
        Arrays.stream(values).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray());
  }
}
