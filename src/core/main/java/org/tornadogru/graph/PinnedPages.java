package org.tornadogru.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Memory that a driver may pin for ever: whole pages, which are never given back to the system. */
final class PinnedPages {

  static final int PAGE = 4096;

  private static final Cleaner CLEANER = Cleaner.create();

  /** By size in bytes: what is pinned is as long as the array that it was pinned for. */
  private static final Map<Long, Deque<MemorySegment>> FREE = new HashMap<>();

  private PinnedPages() {}

  /** Memory for an array with its header, all zero. */
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

  /** An array that takes the memory until nobody refers to the array any more. */
  static <T> T owned(T array, MemorySegment pages) {
    CLEANER.register(array, () -> release(pages));
    return array;
  }

  /** Keeps memory for the next array of its size. */
  static void release(MemorySegment pages) {
    synchronized (FREE) {
      FREE.computeIfAbsent(pages.byteSize(), size -> new ArrayDeque<>()).add(pages);
    }
  }
}
