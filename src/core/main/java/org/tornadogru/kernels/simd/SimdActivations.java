package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.tornadogru.kernels.Activation;

/**
 * Any of the functions of {@link Activation#apply}, for neighbouring units, in place of their
 * arguments.
 *
 * <p>Which one it is, is asked once for all units, and each has a loop of its own, for the reason
 * that {@link Gates} says. Those that are rare and not made of lines go one unit at a time.
 *
 * @param kind as {@link Activation#apply} takes it
 * @param bound of the arguments: beyond, the slope is 0
 */
record SimdActivations(int kind, float alpha, float beta, float bound) {

  private static final int SIGMOID = 0;
  private static final int TANH = 1;
  private static final int RELU = 2;
  private static final int AFFINE = 3;
  private static final int SCALED_TANH = 6;
  private static final int HARD_SIGMOID = 7;

  /**
   * One of the two of a cell.
   *
   * @param functions as {@link org.tornadogru.kernels.VariantForward} takes them
   * @param first 0 for that of the gates, 3 for the candidate's
   */
  static SimdActivations of(Floats functions, int first) {
    float[] array = functions.array();
    int at = functions.at();
    return new SimdActivations(
        (int) array[at + first], array[at + first + 1], array[at + first + 2], array[at + 6]);
  }

  /**
   * Values in place of arguments.
   *
   * @param slopes out: derivatives by the arguments
   * @param units a multiple of a vector's length
   */
  void apply(float[] values, int at, float[] slopes, int slopeAt, int units) {
    switch (kind) {
      case SIGMOID -> {
        slopesOfSigmoid(values, at, slopes, slopeAt, units, 1f, 1f);
        sigmoid(values, at, units);
      }
      case TANH -> {
        slopesOfSigmoid(values, at, slopes, slopeAt, units, 2f, 4f);
        tanh(values, at, units, 1f, 1f);
      }
      case SCALED_TANH -> {
        slopesOfSigmoid(values, at, slopes, slopeAt, units, 2f * beta, 4f * alpha * beta);
        tanh(values, at, units, alpha, beta);
      }
      case RELU -> line(values, at, slopes, slopeAt, units, 1f, 0f, 0f, Float.POSITIVE_INFINITY);
      case AFFINE ->
          line(
              values,
              at,
              slopes,
              slopeAt,
              units,
              alpha,
              beta,
              Float.NEGATIVE_INFINITY,
              Float.POSITIVE_INFINITY);
      case HARD_SIGMOID -> line(values, at, slopes, slopeAt, units, alpha, beta, 0f, 1f);
      default -> oneByOne(values, at, slopes, slopeAt, units);
    }
  }

  /** {@code c σ'(k x)}, which sigmoids and tanh have for a slope. */
  private void slopesOfSigmoid(
      float[] x, int at, float[] slopes, int slopeAt, int units, float k, float c) {
    FloatVector factor = broadcast(c);
    FloatVector stretch = broadcast(k);
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      FloatVector argument = load(x, at + unit);
      Vectors.bell(bounded(argument).mul(stretch))
          .mul(factor)
          .blend(0f, argument.compare(VectorOperators.NE, bounded(argument)))
          .intoArray(slopes, slopeAt + unit);
    }
  }

  private void sigmoid(float[] x, int at, int units) {
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      Vectors.sigmoid(bounded(load(x, at + unit))).intoArray(x, at + unit);
    }
  }

  private void tanh(float[] x, int at, int units, float scale, float stretch) {
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      Vectors.tanh(bounded(load(x, at + unit)).mul(stretch)).mul(scale).intoArray(x, at + unit);
    }
  }

  /** {@code a x + b}, held between two bounds; there the slope is 0. */
  private void line(
      float[] x,
      int at,
      float[] slopes,
      int slopeAt,
      int units,
      float a,
      float b,
      float low,
      float high) {
    FloatVector slope = broadcast(a);
    for (int unit = 0; unit < units; unit += Vectors.LENGTH) {
      FloatVector argument = load(x, at + unit);
      FloatVector clipped = bounded(argument);
      FloatVector line = clipped.mul(a).add(b);
      slope
          .blend(0f, line.compare(VectorOperators.LE, low))
          .blend(0f, line.compare(VectorOperators.GE, high))
          .blend(0f, argument.compare(VectorOperators.NE, clipped))
          .intoArray(slopes, slopeAt + unit);
      line.max(low).min(high).intoArray(x, at + unit);
    }
  }

  private void oneByOne(float[] x, int at, float[] slopes, int slopeAt, int units) {
    for (int unit = 0; unit < units; unit++) {
      float argument = x[at + unit];
      float clipped = Activation.between(argument, bound);
      x[at + unit] = Activation.apply(kind, alpha, beta, clipped);
      slopes[slopeAt + unit] =
          clipped == argument ? Activation.slope(kind, alpha, beta, clipped) : 0f;
    }
  }

  private FloatVector bounded(FloatVector x) {
    return x.min(bound).max(-bound);
  }
}
