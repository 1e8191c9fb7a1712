package org.tornadogru.nn;

import java.util.random.RandomGenerator;

/** How the values of one parameter begin. */
public enum Initializer {
  /** U(−1/√n, 1/√n), n being {@link Parameter#fan}, as a rule the hidden size: PyTorch. */
  UNIFORM {
    @Override
    float[] values(int rows, int columns, int fan, RandomGenerator random) {
      return uniform(rows * columns, 1 / Math.sqrt(fan), random);
    }
  },
  /** N(0, 0.01²): d2l. */
  NORMAL {
    @Override
    float[] values(int rows, int columns, int fan, RandomGenerator random) {
      return normal(rows * columns, 0.01, random);
    }
  },
  /** N(0, 1): PyTorch's embeddings. */
  STANDARD_NORMAL {
    @Override
    float[] values(int rows, int columns, int fan, RandomGenerator random) {
      return normal(rows * columns, 1, random);
    }
  },
  /** U(−0.05, 0.05): Keras' embeddings. */
  SMALL_UNIFORM {
    @Override
    float[] values(int rows, int columns, int fan, RandomGenerator random) {
      return uniform(rows * columns, 0.05, random);
    }
  },
  /**
   * U(−a, a) with {@code a = √(6 / (in + out))}, out being 3H for the weights of three gates.
   *
   * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio 2010, equation
   *     16</a>
   */
  GLOROT {
    @Override
    float[] values(int rows, int columns, int fan, RandomGenerator random) {
      return uniform(rows * columns, Math.sqrt(6.0 / (rows + columns)), random);
    }
  },
  /**
   * Rows or columns, whichever are fewer, are orthonormal.
   *
   * @see <a href="https://arxiv.org/abs/1312.6120">Saxe et al. 2013</a>
   */
  ORTHOGONAL {
    @Override
    float[] values(int rows, int columns, int fan, RandomGenerator random) {
      int count = Math.min(rows, columns);
      int length = Math.max(rows, columns);
      double[][] basis = orthonormal(count, length, random);
      float[] values = new float[rows * columns];
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < length; j++) {
          values[rows < columns ? i * columns + j : j * columns + i] = (float) basis[i][j];
        }
      }
      return values;
    }
  },
  /** 0. */
  ZEROS {
    @Override
    float[] values(int rows, int columns, int fan, RandomGenerator random) {
      return new float[rows * columns];
    }
  };

  /**
   * Values of a parameter.
   *
   * @param rows of the matrix, outputs; a vector has one column
   * @param columns of the matrix, inputs
   * @param fan as in {@link Parameter}
   * @return [rows][columns]
   */
  abstract float[] values(int rows, int columns, int fan, RandomGenerator random);

  private static float[] uniform(int count, double bound, RandomGenerator random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  private static float[] normal(int count, double deviation, RandomGenerator random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** Gaussian vectors, made orthonormal by the Gram-Schmidt process, twice for its rounding. */
  private static double[][] orthonormal(int count, int length, RandomGenerator random) {
    double[][] basis = new double[count][length];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < length; j++) {
        basis[i][j] = random.nextGaussian();
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int earlier = 0; earlier < i; earlier++) {
          addScaled(basis[i], basis[earlier], -dot(basis[i], basis[earlier]));
        }
      }
      double norm = Math.sqrt(dot(basis[i], basis[i]));
      for (int j = 0; j < length; j++) {
        basis[i][j] /= norm;
      }
    }
    return basis;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void addScaled(double[] target, double[] source, double factor) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * source[i];
    }
  }
}
