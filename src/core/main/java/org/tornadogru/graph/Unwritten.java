package org.tornadogru.graph;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The value of an element that no task has written: never a result. A float is a NaN, which
 * whatever is computed from it becomes too.
 */
final class Unwritten {

  private static final int FLOAT_BITS = 0x7fc05eed;
  private static final float FLOAT = Float.intBitsToFloat(FLOAT_BITS);
  private static final int INT = Integer.MIN_VALUE;

  private Unwritten() {}

  /** Marks all elements. */
  static void mark(Object array) {
    switch (array) {
      case FloatArray floats -> floats.init(FLOAT);
      case IntArray ints -> ints.init(INT);
      default -> throw unknown(array);
    }
  }

  /** Marks an array's ends, between which a copy cannot begin or stop. */
  static void markEnds(Object array) {
    switch (array) {
      case FloatArray floats -> {
        floats.set(0, FLOAT);
        floats.set(floats.getSize() - 1, FLOAT);
      }
      case IntArray ints -> {
        ints.set(0, INT);
        ints.set(ints.getSize() - 1, INT);
      }
      default -> throw unknown(array);
    }
  }

  /** Whether an end still has its mark. */
  static boolean endsAreMarked(Object array) {
    return switch (array) {
      case FloatArray floats -> isMark(floats.get(0)) || isMark(floats.get(floats.getSize() - 1));
      case IntArray ints -> ints.get(0) == INT || ints.get(ints.getSize() - 1) == INT;
      default -> throw unknown(array);
    };
  }

  /** Whether the first element still has its mark. */
  static boolean startIsMarked(Object array) {
    return switch (array) {
      case FloatArray floats -> isMark(floats.get(0));
      case IntArray ints -> ints.get(0) == INT;
      default -> throw unknown(array);
    };
  }

  private static boolean isMark(float value) {
    return Float.floatToRawIntBits(value) == FLOAT_BITS;
  }

  /** Whether an element is a mark, or was computed from one. */
  static boolean reached(Object array) {
    switch (array) {
      case FloatArray floats -> {
        for (int i = 0; i < floats.getSize(); i++) {
          if (Float.isNaN(floats.get(i))) {
            return true;
          }
        }
      }
      case IntArray ints -> {
        for (int i = 0; i < ints.getSize(); i++) {
          if (ints.get(i) == INT) {
            return true;
          }
        }
      }
      default -> throw unknown(array);
    }
    return false;
  }

  private static IllegalArgumentException unknown(Object array) {
    return new IllegalArgumentException("no mark for a " + array.getClass().getSimpleName());
  }
}
