package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Kernels that do nothing but to have arrays: TornadoVM uploads an array if the first task that has
 * it reads it, and downloads one that a task of the graph writes.
 */
public final class Touch {

  /** How many arrays {@link #floats} reads. */
  public static final int ARRAYS = 12;

  private Touch() {}

  /**
   * Reads the first element of each array.
   *
   * @param seen out, [{@value #ARRAYS}]
   */
  public static void floats(
      FloatArray a,
      FloatArray b,
      FloatArray c,
      FloatArray d,
      FloatArray e,
      FloatArray f,
      FloatArray g,
      FloatArray h,
      FloatArray i,
      FloatArray j,
      FloatArray k,
      FloatArray l,
      FloatArray seen) {
    for (@Parallel int only = 0; only < 1; only++) {
      seen.set(0, a.get(0));
      seen.set(1, b.get(0));
      seen.set(2, c.get(0));
      seen.set(3, d.get(0));
      seen.set(4, e.get(0));
      seen.set(5, f.get(0));
      seen.set(6, g.get(0));
      seen.set(7, h.get(0));
      seen.set(8, i.get(0));
      seen.set(9, j.get(0));
      seen.set(10, k.get(0));
      seen.set(11, l.get(0));
    }
  }

  /**
   * Reads the first element.
   *
   * @param seen out, [1]
   */
  public static void ints(IntArray array, IntArray seen) {
    for (@Parallel int only = 0; only < 1; only++) {
      seen.set(0, array.get(0));
    }
  }

  /** Writes the first element as it is. */
  public static void rewriteInts(IntArray array) {
    for (@Parallel int only = 0; only < 1; only++) {
      array.set(0, array.get(0));
    }
  }

  /** Writes the first element as it is, but for the sign of zero. */
  public static void rewrite(FloatArray array) {
    for (@Parallel int only = 0; only < 1; only++) {
      array.set(0, array.get(0) + 0f);
    }
  }
}
