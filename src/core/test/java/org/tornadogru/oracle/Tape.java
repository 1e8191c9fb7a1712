package org.tornadogru.oracle;

import java.util.Arrays;

/**
 * Reverse-mode automatic differentiation in double precision: equations are written once, forwards,
 * and the derivative follows from the chain rule.
 *
 * <p>A node is a number, and knows the nodes it was made of and its derivative by each of them. A
 * vector is the indices of its nodes; nodes only depend on nodes before them.
 *
 * @see <a href="https://arxiv.org/abs/1502.05767">Baydin et al. 2018, section 3.2</a>
 */
public final class Tape {

  /** A function of one number. */
  interface Scalar {
    double value(double x);

    /** The derivative at x. */
    double slope(double x);
  }

  private final boolean differentiable;
  private int nodes;
  private double[] values = new double[1 << 10];
  private int[] ends = new int[1 << 10]; // node i's operands end here, and begin at ends[i - 1]
  private int edges;
  private int[] operands = new int[1 << 12];
  private double[] slopes = new double[1 << 12];

  /**
   * An empty tape.
   *
   * @param differentiable whether to remember what a gradient needs, which takes most of the time
   */
  public Tape(boolean differentiable) {
    this.differentiable = differentiable;
  }

  /** A node for each number, to be differentiated by, or a constant. */
  public int[] leaves(double... numbers) {
    int[] vector = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      vector[i] = node(numbers[i]);
    }
    return vector;
  }

  public double value(int node) {
    return values[node];
  }

  public double[] values(int[] vector) {
    return Arrays.stream(vector).mapToDouble(this::value).toArray();
  }

  /** {@code a + b}. */
  public int[] add(int[] a, int[] b) {
    return combine(a, 1, b, 1);
  }

  /** {@code a − b}. */
  public int[] subtract(int[] a, int[] b) {
    return combine(a, 1, b, -1);
  }

  /** {@code α a + β b}. */
  public int[] combine(int[] a, double alpha, int[] b, double beta) {
    requireSameLength(a, b);
    int[] result = new int[a.length];
    for (int i = 0; i < a.length; i++) {
      edge(a[i], alpha);
      edge(b[i], beta);
      result[i] = node(alpha * values[a[i]] + beta * values[b[i]]);
    }
    return result;
  }

  /** {@code a ⊙ b}. */
  public int[] multiply(int[] a, int[] b) {
    requireSameLength(a, b);
    int[] result = new int[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = dot(a, i, b, i, 1);
    }
    return result;
  }

  /** {@code c ⊙ a}, with constants c. */
  public int[] scale(double[] c, int[] a) {
    int[] result = new int[a.length];
    for (int i = 0; i < a.length; i++) {
      edge(a[i], c[i]);
      result[i] = node(c[i] * values[a[i]]);
    }
    return result;
  }

  /** {@code M v}, with some rows of the matrix M, whose elements are given row by row. */
  public int[] product(int[] matrix, int firstRow, int rows, int[] v) {
    int[] result = new int[rows];
    for (int row = 0; row < rows; row++) {
      result[row] = dot(matrix, (firstRow + row) * v.length, v, 0, v.length);
    }
    return result;
  }

  /** f of each element. */
  public int[] map(Scalar f, int[] a) {
    int[] result = new int[a.length];
    for (int i = 0; i < a.length; i++) {
      edge(a[i], f.slope(values[a[i]]));
      result[i] = node(f.value(values[a[i]]));
    }
    return result;
  }

  /** {@code Σ cᵢ aᵢ}, with constants c. */
  public int sum(double[] c, int[] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      edge(a[i], c[i]);
      sum += c[i] * values[a[i]];
    }
    return node(sum);
  }

  /** {@code log Σ exp(aᵢ)}, whose gradient is the softmax of a. */
  public int logSumExp(int[] a) {
    double max = Arrays.stream(values(a)).max().orElseThrow();
    double log = max + Math.log(Arrays.stream(values(a)).map(v -> Math.exp(v - max)).sum());
    for (int i : a) {
      edge(i, Math.exp(values[i] - log));
    }
    return node(log);
  }

  /** The derivative of one node by every node. */
  public double[] gradient(int of) {
    if (!differentiable) {
      throw new IllegalStateException("the tape has values only");
    }
    double[] gradient = new double[nodes];
    gradient[of] = 1;
    for (int node = of; node > 0; node--) {
      if (gradient[node] != 0) {
        for (int edge = ends[node - 1]; edge < ends[node]; edge++) {
          gradient[operands[edge]] += gradient[node] * slopes[edge];
        }
      }
    }
    return gradient;
  }

  private int dot(int[] a, int firstA, int[] b, int firstB, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) {
      int left = a[firstA + i];
      int right = b[firstB + i];
      edge(left, values[right]);
      edge(right, values[left]);
      sum += values[left] * values[right];
    }
    return node(sum);
  }

  private void edge(int operand, double slope) {
    if (!differentiable) {
      return;
    }
    if (edges == operands.length) {
      operands = Arrays.copyOf(operands, 2 * edges);
      slopes = Arrays.copyOf(slopes, 2 * edges);
    }
    operands[edges] = operand;
    slopes[edges++] = slope;
  }

  /** A node of the edges added since the last one. */
  private int node(double value) {
    if (nodes == values.length) {
      values = Arrays.copyOf(values, 2 * nodes);
      ends = Arrays.copyOf(ends, 2 * nodes);
    }
    values[nodes] = value;
    ends[nodes] = edges;
    return nodes++;
  }

  private static void requireSameLength(int[] a, int[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "vectors of %d and %d elements".formatted(a.length, b.length));
    }
  }
}
