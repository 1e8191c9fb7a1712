package org.tornadogru.kernels.simd;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The Java array behind a {@link FloatArray} of the plain-JVM runtime: the JIT compiler proves its
 * bounds once per loop, which it does not for a memory segment.
 *
 * @param array with a header in front
 * @param at where element 0 lies
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
record Floats(float[] array, int at) {

  static Floats of(FloatArray elements) {
    MemorySegment segment = elements.getSegment();
    Object array =
        segment
            .heapBase()
            .orElseThrow(
                () -> new IllegalStateException("the array is not on the heap of this JVM"));
    return new Floats((float[]) array, Math.toIntExact(segment.address() / Float.BYTES));
  }
}
