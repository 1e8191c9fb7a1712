package uk.ac.manchester.tornado.api.types.utils;

import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/** Where an element of a matrix lies in an array. */
public final class StorageFormats {

  private StorageFormats() {}

  public static int toRowMajor(int i, int j, int numColumns) {
    return i * numColumns + j;
  }

  public static int toRowMajor3D(int i, int j, int k, int depth, int columns) {
    return (i * columns + j) * depth + k;
  }

  public static DoubleArray toRowMajor(double[][] matrix) {
    int columns = matrix[0].length;
    DoubleArray array = new DoubleArray(matrix.length * columns);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        array.set(toRowMajor(i, j, columns), matrix[i][j]);
      }
    }
    return array;
  }

  public static FloatArray toRowMajor(float[][] matrix) {
    int columns = matrix[0].length;
    FloatArray array = new FloatArray(matrix.length * columns);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        array.set(toRowMajor(i, j, columns), matrix[i][j]);
      }
    }
    return array;
  }

  public static IntArray toRowMajor(int[][] matrix) {
    int columns = matrix[0].length;
    IntArray array = new IntArray(matrix.length * columns);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        array.set(toRowMajor(i, j, columns), matrix[i][j]);
      }
    }
    return array;
  }

  public static ByteArray toRowMajor(byte[][] matrix) {
    int columns = matrix[0].length;
    ByteArray array = new ByteArray(matrix.length * columns);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        array.set(toRowMajor(i, j, columns), matrix[i][j]);
      }
    }
    return array;
  }

  public static FloatArray toRowMajor3D(float[][][] matrix) {
    int columns = matrix[0].length;
    int depth = matrix[0][0].length;
    FloatArray array = new FloatArray(matrix.length * columns * depth);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < depth; k++) {
          array.set(toRowMajor3D(i, j, k, depth, columns), matrix[i][j][k]);
        }
      }
    }
    return array;
  }

  public static IntArray toRowMajor3D(int[][][] matrix) {
    int columns = matrix[0].length;
    int depth = matrix[0][0].length;
    IntArray array = new IntArray(matrix.length * columns * depth);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < depth; k++) {
          array.set(toRowMajor3D(i, j, k, depth, columns), matrix[i][j][k]);
        }
      }
    }
    return array;
  }

  public static DoubleArray toRowMajor3D(double[][][] matrix) {
    int columns = matrix[0].length;
    int depth = matrix[0][0].length;
    DoubleArray array = new DoubleArray(matrix.length * columns * depth);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < depth; k++) {
          array.set(toRowMajor3D(i, j, k, depth, columns), matrix[i][j][k]);
        }
      }
    }
    return array;
  }

  public static LongArray toRowMajor3D(long[][][] matrix) {
    int columns = matrix[0].length;
    int depth = matrix[0][0].length;
    LongArray array = new LongArray(matrix.length * columns * depth);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < depth; k++) {
          array.set(toRowMajor3D(i, j, k, depth, columns), matrix[i][j][k]);
        }
      }
    }
    return array;
  }

  public static ShortArray toRowMajor3D(short[][][] matrix) {
    int columns = matrix[0].length;
    int depth = matrix[0][0].length;
    ShortArray array = new ShortArray(matrix.length * columns * depth);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < depth; k++) {
          array.set(toRowMajor3D(i, j, k, depth, columns), matrix[i][j][k]);
        }
      }
    }
    return array;
  }
}
