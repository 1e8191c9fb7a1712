package org.tornadogru.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Arrays on the host that cross to a device and back: everything that a graph moves is made here.
 *
 * <p>TornadoVM's PTX backend pins the pages of an array and never releases them. An array that
 * shares a page with one pinned before is then not copied, and one that lies where another was
 * freed is copied from memory that is no longer its own. So where that backend is, each array has
 * pages to itself, which live as long as the process and are used again for arrays of the same
 * size.
 */
public final class HostArrays {

  private HostArrays() {}

  /** An array of floats, all zero. */
  public static FloatArray floats(int size) {
    if (!Pages.NEEDED) {
      return new FloatArray(size);
    }
    MemorySegment pages = Pages.take(size, Float.BYTES);
    return Pages.owned(FloatArray.fromSegmentShallow(pages), pages);
  }

  /** An array of ints, all zero. */
  public static IntArray ints(int size) {
    if (!Pages.NEEDED) {
      return new IntArray(size);
    }
    MemorySegment pages = Pages.take(size, Integer.BYTES);
    return Pages.owned(IntArray.fromSegmentShallow(pages), pages);
  }

  /** An array of these floats. */
  public static FloatArray of(float... values) {
    FloatArray array = floats(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }

  /** An array of these ints. */
  public static IntArray of(int... values) {
    IntArray array = ints(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }

  /** Pages that are never given back to the system. */
  private static final class Pages {

    static final boolean NEEDED =
        DeviceCatalogue.all().stream()
            .anyMatch(target -> target.backendType() == TornadoVMBackendType.PTX);

    private static final int PAGE = 4096;
    private static final Cleaner CLEANER = Cleaner.create();

    /** By size in bytes: what is pinned is as long as the array that it was pinned for. */
    private static final Map<Long, Deque<MemorySegment>> FREE = new HashMap<>();

    static MemorySegment take(int size, int elementBytes) {
      long bytes = TornadoNativeArray.ARRAY_HEADER + (long) size * elementBytes;
      MemorySegment pages;
      synchronized (FREE) {
        Deque<MemorySegment> free = FREE.get(bytes);
        pages = free == null ? null : free.poll();
      }
      if (pages == null) {
        long whole = Math.ceilDiv(bytes, PAGE) * PAGE;
        pages = Arena.global().allocate(whole, PAGE).asSlice(0, bytes);
      }
      return pages.fill((byte) 0);
    }

    static <T> T owned(T array, MemorySegment pages) {
      CLEANER.register(array, () -> release(pages));
      return array;
    }

    private static void release(MemorySegment pages) {
      synchronized (FREE) {
        FREE.computeIfAbsent(pages.byteSize(), size -> new ArrayDeque<>()).add(pages);
      }
    }
  }
}
