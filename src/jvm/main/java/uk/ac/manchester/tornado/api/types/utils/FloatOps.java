package uk.ac.manchester.tornado.api.types.utils;

/** Comparison of numbers. */
public class FloatOps {

  public FloatOps() {}

  /** Whether a value is less than so many units in the last place away from what is expected. */
  public static boolean compareULP(float value, float expected, float ulps) {
    return value == expected || Math.abs(value - expected) < ulps * Math.ulp(expected);
  }

  /** The distance in units in the last place of what is expected. */
  public static float findMaxULP(float value, float expected) {
    return value == expected ? 0 : Math.abs(value - expected) / Math.ulp(expected);
  }

  public static boolean compare(float a, float b, float tol) {
    return Math.abs(a - b) <= tol;
  }

  /** The square. */
  public static float sq(float value) {
    return value * value;
  }
}
