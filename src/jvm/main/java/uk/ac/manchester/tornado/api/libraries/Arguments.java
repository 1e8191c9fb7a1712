package uk.ac.manchester.tornado.api.libraries;

import java.util.function.IntToDoubleFunction;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.BFloat16Array;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** A function's arguments, one after the other. */
final class Arguments {

  /** An array of real numbers, of whatever type. */
  record Reals(IntToDoubleFunction from, Setter to) {

    /** Puts a number into its place, in the array's precision. */
    interface Setter {
      void set(int index, double value);
    }

    double get(int index) {
      return from.applyAsDouble(index);
    }

    void set(int index, double value) {
      to.set(index, value);
    }
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
      case FloatArray array -> new Reals(array::get, (i, x) -> array.set(i, (float) x));
      case DoubleArray array -> new Reals(array::get, array::set);
      case HalfFloatArray array ->
          new Reals(
              i -> array.get(i).getFloat32(), (i, x) -> array.set(i, new HalfFloat((float) x)));
      case BFloat16Array array ->
          new Reals(array::getFloat, (i, x) -> array.setFloat(i, (float) x));
      default -> throw new IllegalArgumentException("not an array of real numbers");
    };
  }
}
