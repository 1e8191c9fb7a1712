package org.tornadogru.graph;

import java.lang.foreign.MemorySegment;
import org.tornadogru.device.Device;
import org.tornadogru.device.Device.Backend;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Arrays on the host that cross to a device and back: everything that a graph moves is made here.
 *
 * <p>TornadoVM's PTX backend pins the pages of an array and never releases them. An array that
 * shares a page with one pinned before is then not copied, and one that lies where another was
 * freed is copied from memory that is no longer its own. So where that backend is, each array has
 * pages to itself, which live as long as the process and are used again for arrays of the same
 * size.
 */
final class HostArrays {

  private static final boolean PTX =
      Device.all().stream().anyMatch(device -> device.backend() == Backend.PTX);

  private HostArrays() {}

  /** An array of floats, all zero. */
  static FloatArray floats(int size) {
    if (!PTX) {
      return new FloatArray(size);
    }
    MemorySegment pages = PinnedPages.take(size, Float.BYTES);
    return PinnedPages.owned(FloatArray.fromSegmentShallow(pages), pages);
  }

  /** An array of ints, all zero. */
  static IntArray ints(int size) {
    if (!PTX) {
      return new IntArray(size);
    }
    MemorySegment pages = PinnedPages.take(size, Integer.BYTES);
    return PinnedPages.owned(IntArray.fromSegmentShallow(pages), pages);
  }

  /** An array of these floats. */
  static FloatArray of(float... values) {
    FloatArray array = floats(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }

  /** An array of these ints. */
  static IntArray of(int... values) {
    IntArray array = ints(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }
}
