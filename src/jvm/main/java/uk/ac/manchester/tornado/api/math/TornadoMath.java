package uk.ac.manchester.tornado.api.math;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.matrix.Matrix4x4Float;
import uk.ac.manchester.tornado.api.types.utils.DoubleOps;
import uk.ac.manchester.tornado.api.types.utils.FloatOps;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Float2;
import uk.ac.manchester.tornado.api.types.vectors.Float3;
import uk.ac.manchester.tornado.api.types.vectors.Float4;
import uk.ac.manchester.tornado.api.types.vectors.Float8;

/**
 * The mathematical functions that a kernel can call. Results do not depend on the machine: they
 * come from plain arithmetic or from {@link StrictMath}.
 */
public class TornadoMath {

  public TornadoMath() {}

  public static float min(float a, float b) {
    return Math.min(a, b);
  }

  public static double min(double a, double b) {
    return Math.min(a, b);
  }

  public static long min(long a, long b) {
    return Math.min(a, b);
  }

  public static int min(int a, int b) {
    return Math.min(a, b);
  }

  public static short min(short a, short b) {
    return (short) Math.min(a, b);
  }

  public static byte min(byte a, byte b) {
    return (byte) Math.min(a, b);
  }

  public static HalfFloat min(HalfFloat a, HalfFloat b) {
    return new HalfFloat(Math.min(a.getFloat32(), b.getFloat32()));
  }

  public static float max(float a, float b) {
    return Math.max(a, b);
  }

  public static double max(double a, double b) {
    return Math.max(a, b);
  }

  public static long max(long a, long b) {
    return Math.max(a, b);
  }

  public static int max(int a, int b) {
    return Math.max(a, b);
  }

  public static short max(short a, short b) {
    return (short) Math.max(a, b);
  }

  public static byte max(byte a, byte b) {
    return (byte) Math.max(a, b);
  }

  public static HalfFloat max(HalfFloat a, HalfFloat b) {
    return new HalfFloat(Math.max(a.getFloat32(), b.getFloat32()));
  }

  public static float abs(float a) {
    return Math.abs(a);
  }

  public static double abs(double a) {
    return Math.abs(a);
  }

  public static long abs(long a) {
    return Math.abs(a);
  }

  public static int abs(int a) {
    return Math.abs(a);
  }

  public static short abs(short a) {
    return (short) Math.abs(a);
  }

  public static byte abs(byte a) {
    return (byte) Math.abs(a);
  }

  public static long clamp(long value, long min, long max) {
    return value < min ? min : (value > max ? max : value);
  }

  public static int clamp(int value, int min, int max) {
    return value < min ? min : (value > max ? max : value);
  }

  public static short clamp(short value, short min, short max) {
    return value < min ? min : (value > max ? max : value);
  }

  public static byte clamp(byte value, byte min, byte max) {
    return value < min ? min : (value > max ? max : value);
  }

  public static float clamp(float value, float min, float max) {
    return value < min ? min : (value > max ? max : value);
  }

  public static double clamp(double value, double min, double max) {
    return value < min ? min : (value > max ? max : value);
  }

  public static float exp(float value) {
    return (float) StrictMath.exp(value);
  }

  public static double exp(double value) {
    return StrictMath.exp(value);
  }

  public static float sqrt(float value) {
    return (float) Math.sqrt(value);
  }

  public static double sqrt(double value) {
    return Math.sqrt(value);
  }

  public static float floor(float value) {
    return (float) Math.floor(value);
  }

  public static double floor(double value) {
    return Math.floor(value);
  }

  public static float ceil(float value) {
    return (float) Math.ceil(value);
  }

  public static double ceil(double value) {
    return Math.ceil(value);
  }

  public static float log(float value) {
    return (float) StrictMath.log(value);
  }

  public static double log(double value) {
    return StrictMath.log(value);
  }

  public static float atan(float value) {
    return (float) StrictMath.atan(value);
  }

  public static double atan(double value) {
    return StrictMath.atan(value);
  }

  public static float tan(float value) {
    return (float) StrictMath.tan(value);
  }

  public static double tan(double value) {
    return StrictMath.tan(value);
  }

  public static float tanh(float value) {
    return (float) StrictMath.tanh(value);
  }

  public static double tanh(double value) {
    return StrictMath.tanh(value);
  }

  public static float acos(float value) {
    return (float) StrictMath.acos(value);
  }

  public static double acos(double value) {
    return StrictMath.acos(value);
  }

  public static float asin(float value) {
    return (float) StrictMath.asin(value);
  }

  public static double asin(double value) {
    return StrictMath.asin(value);
  }

  public static float cos(float value) {
    return (float) StrictMath.cos(value);
  }

  public static double cos(double value) {
    return StrictMath.cos(value);
  }

  public static float sin(float value) {
    return (float) StrictMath.sin(value);
  }

  public static double sin(double value) {
    return StrictMath.sin(value);
  }

  public static float signum(float value) {
    return Math.signum(value);
  }

  public static double signum(double value) {
    return Math.signum(value);
  }

  public static float toRadians(float value) {
    return (float) StrictMath.toRadians(value);
  }

  public static double toRadians(double value) {
    return StrictMath.toRadians(value);
  }

  public static float fract(float value) {
    return value - floor(value);
  }

  public static double fract(double value) {
    return value - floor(value);
  }

  public static float log2(float value) {
    return (float) log2((double) value);
  }

  public static double log2(double value) {
    return StrictMath.log(value) / StrictMath.log(2);
  }

  public static float pow(float a, float b) {
    return (float) StrictMath.pow(a, b);
  }

  public static double pow(double a, double b) {
    return StrictMath.pow(a, b);
  }

  public static float atan2(float y, float x) {
    return (float) StrictMath.atan2(y, x);
  }

  public static double atan2(double y, double x) {
    return StrictMath.atan2(y, x);
  }

  public static float floatPI() {
    return (float) Math.PI;
  }

  public static double PI() {
    return Math.PI;
  }

  public static float acosh(float value) {
    return (float) acosh((double) value);
  }

  public static double acosh(double value) {
    return StrictMath.log(value + Math.sqrt(value * value - 1));
  }

  public static float asinh(float value) {
    return (float) asinh((double) value);
  }

  public static double asinh(double value) {
    return Math.copySign(StrictMath.log(Math.abs(value) + Math.sqrt(value * value + 1)), value);
  }

  public static float sinpi(float value) {
    return (float) StrictMath.sin(value * Math.PI);
  }

  public static double sinpi(double value) {
    return StrictMath.sin(value * Math.PI);
  }

  public static float cospi(float value) {
    return (float) StrictMath.cos(value * Math.PI);
  }

  public static double cospi(double value) {
    return StrictMath.cos(value * Math.PI);
  }

  public static Float2 cos(Float2 a) {
    Float2 result = new Float2();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, cos(a.get(i)));
    }
    return result;
  }

  public static Float4 cos(Float4 a) {
    Float4 result = new Float4();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, cos(a.get(i)));
    }
    return result;
  }

  public static Float8 cos(Float8 a) {
    Float8 result = new Float8();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, cos(a.get(i)));
    }
    return result;
  }

  public static Float16 cos(Float16 a) {
    Float16 result = new Float16();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, cos(a.get(i)));
    }
    return result;
  }

  public static Float2 sin(Float2 a) {
    Float2 result = new Float2();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, sin(a.get(i)));
    }
    return result;
  }

  public static Float4 sin(Float4 a) {
    Float4 result = new Float4();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, sin(a.get(i)));
    }
    return result;
  }

  public static Float8 sin(Float8 a) {
    Float8 result = new Float8();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, sin(a.get(i)));
    }
    return result;
  }

  public static Float16 sin(Float16 a) {
    Float16 result = new Float16();
    for (int i = 0; i < a.size(); i++) {
      result.set(i, sin(a.get(i)));
    }
    return result;
  }

  /** The product of a matrix's upper left 3 × 3 and a vector. */
  public static Float3 rotate(Matrix4x4Float matrix, Float3 vector) {
    return new Float3(
        Float3.dot(matrix.row(0).asFloat3(), vector),
        Float3.dot(matrix.row(1).asFloat3(), vector),
        Float3.dot(matrix.row(2).asFloat3(), vector));
  }

  public static boolean isEqual(float[] a, float[] b) {
    return Arrays.equals(a, b);
  }

  public static boolean isEqual(double[] a, double[] b) {
    return Arrays.equals(a, b);
  }

  public static boolean isEqual(int[] a, int[] b) {
    return Arrays.equals(a, b);
  }

  public static boolean isEqual(short[] a, short[] b) {
    return Arrays.equals(a, b);
  }

  public static boolean isEqual(byte[] a, byte[] b) {
    return Arrays.equals(a, b);
  }

  public static boolean isEqual(FloatArray a, FloatArray b) {
    return a.getSegment().mismatch(b.getSegment()) < 0;
  }

  public static boolean isEqual(DoubleArray a, DoubleArray b) {
    return a.getSegment().mismatch(b.getSegment()) < 0;
  }

  public static boolean isEqual(IntArray a, IntArray b) {
    return a.getSegment().mismatch(b.getSegment()) < 0;
  }

  public static boolean isEqual(HalfFloatArray a, HalfFloatArray b) {
    return a.getSegment().mismatch(b.getSegment()) < 0;
  }

  /**
   * Whether all values are less than so many units in the last place away from what is expected.
   */
  public static boolean isEqualULP(float[] value, float[] expected, float numULP) {
    return findULPDistance(value, expected) < numULP;
  }

  /** The largest distance in units in the last place of what is expected. */
  public static float findULPDistance(float[] value, float[] expected) {
    float max = 0;
    for (int i = 0; i < value.length; i++) {
      max = Math.max(max, FloatOps.findMaxULP(value[i], expected[i]));
    }
    return max;
  }

  /** The largest distance in units in the last place of what is expected. */
  public static float findULPDistance(FloatArray value, FloatArray expected) {
    return findULPDistance(value.toHeapArray(), expected.toHeapArray());
  }

  /**
   * Whether all values are less than so many units in the last place away from what is expected.
   */
  public static boolean isEqualULP(double[] value, double[] expected, double numULP) {
    return findULPDistance(value, expected) < numULP;
  }

  /** The largest distance in units in the last place of what is expected. */
  public static double findULPDistance(double[] value, double[] expected) {
    double max = 0;
    for (int i = 0; i < value.length; i++) {
      max = Math.max(max, DoubleOps.findMaxULP(value[i], expected[i]));
    }
    return max;
  }

  /** The largest distance in units in the last place of what is expected. */
  public static double findULPDistance(DoubleArray value, DoubleArray expected) {
    return findULPDistance(value.toHeapArray(), expected.toHeapArray());
  }

  public static boolean isEqualTol(float[] a, float[] b, float tol) {
    for (int i = 0; i < a.length; i++) {
      if (!FloatOps.compare(a[i], b[i], tol)) {
        return false;
      }
    }
    return true;
  }
}
