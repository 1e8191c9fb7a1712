package uk.ac.manchester.tornado.api.libraries;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.BFloat16Array;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** A function's arguments, one after the other. */
final class Arguments {

  /** An array of real numbers, of whatever type. */
  interface Reals {
    double get(int index);

    void set(int index, double value);
  }

  private final Object[] values;
  private int next;

  Arguments(Object[] values) {
    this.values = values;
  }

  int integer() {
    return (int) values[next++];
  }

  /** A count that a library takes as a long. */
  int count() {
    return Math.toIntExact((long) values[next++]);
  }

  float real() {
    return (float) values[next++];
  }

  <A> A array(Class<A> type) {
    return type.cast(values[next++]);
  }

  Reals reals() {
    return switch (values[next++]) {
      case FloatArray array -> reals(array);
      case DoubleArray array -> reals(array);
      case HalfFloatArray array -> reals(array);
      case BFloat16Array array -> reals(array);
      default -> throw new IllegalArgumentException("not an array of real numbers");
    };
  }

  private static Reals reals(FloatArray array) {
    return new Reals() {
      @Override
      public double get(int index) {
        return array.get(index);
      }

      @Override
      public void set(int index, double value) {
        array.set(index, (float) value);
      }
    };
  }

  private static Reals reals(DoubleArray array) {
    return new Reals() {
      @Override
      public double get(int index) {
        return array.get(index);
      }

      @Override
      public void set(int index, double value) {
        array.set(index, value);
      }
    };
  }

  private static Reals reals(HalfFloatArray array) {
    return new Reals() {
      @Override
      public double get(int index) {
        return array.get(index).getFloat32();
      }

      @Override
      public void set(int index, double value) {
        array.set(index, new HalfFloat((float) value));
      }
    };
  }

  private static Reals reals(BFloat16Array array) {
    return new Reals() {
      @Override
      public double get(int index) {
        return array.getFloat(index);
      }

      @Override
      public void set(int index, double value) {
        array.setFloat(index, (float) value);
      }
    };
  }
}
