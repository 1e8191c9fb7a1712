package uk.ac.manchester.tornado.api.types.utils;

/** Comparison of numbers. */
public class DoubleOps {

  public DoubleOps() {}

  /** Whether a value is less than so many units in the last place away from what is expected. */
  public static boolean compareULP(double value, double expected, double ulps) {
    return value == expected || Math.abs(value - expected) < ulps * Math.ulp(expected);
  }

  /** The distance in units in the last place of what is expected. */
  public static double findMaxULP(double value, double expected) {
    return value == expected ? 0 : Math.abs(value - expected) / Math.ulp(expected);
  }

  public static boolean compare(double a, double b, double tol) {
    return Math.abs(a - b) <= tol;
  }

  /** The square. */
  public static double sq(double value) {
    return value * value;
  }
}
