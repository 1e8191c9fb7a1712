package org.tornadogru.jvm;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Small tasks that several tests share. */
final class Kernels {

  private Kernels() {}

  static void increment(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, x.get(i) + 1);
    }
  }

  /** out = in + offset[0]. */
  static void addOffset(FloatArray in, IntArray offset, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      out.set(i, in.get(i) + offset.get(0));
    }
  }

  /** out = scale in. */
  static void scaleBy(FloatArray in, FloatArray out, float scale) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      out.set(i, in.get(i) * scale);
    }
  }

  /** 0, 1, 2 ... */
  static FloatArray counting(int size) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, i);
    }
    return array;
  }
}
