package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Layout of a Java array that holds a header and then elements. */
final class HeapStorage {

  static final int HEADER_BYTES = 16;

  private HeapStorage() {}

  /** Length of the Java array: header and elements. */
  static int length(int size, int elementBytes) {
    if (size < 0) {
      throw new IllegalArgumentException("array size must not be negative: " + size);
    }
    return Math.addExact(HEADER_BYTES / elementBytes, size);
  }

  /** A view of the Java array, with the number of elements written into its header. */
  static MemorySegment withHeader(MemorySegment storage, int size) {
    storage.set(ValueLayout.JAVA_INT_UNALIGNED, 0, size);
    return storage;
  }

  static MemorySegment withoutHeader(MemorySegment storage) {
    return storage.asSlice(HEADER_BYTES);
  }

  static void checkSlice(int offset, int length, int size) {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new IllegalArgumentException(
          "slice of " + length + " elements from " + offset + " exceeds the array of " + size);
    }
  }

  /** How many elements a segment has. */
  static int size(MemorySegment elements, int elementBytes) {
    if (elements.byteSize() % elementBytes != 0) {
      throw new IllegalArgumentException(
          "a segment of %d bytes is not a whole number of elements of %d"
              .formatted(elements.byteSize(), elementBytes));
    }
    return Math.toIntExact(elements.byteSize() / elementBytes);
  }

  /** The Java array that a segment of header and elements is a view of. */
  static <A> A shared(MemorySegment segment, Class<A> arrayType) {
    Object base = segment.heapBase().orElse(null);
    if (!arrayType.isInstance(base)
        || segment.address() != 0
        || segment.byteSize() != wholeArray(base).byteSize()) {
      throw new UnsupportedOperationException(
          "the plain-JVM runtime shares a segment only when it is a whole "
              + arrayType.getSimpleName()
              + " with a header in front; use fromSegment to copy");
    }
    return arrayType.cast(base);
  }

  private static MemorySegment wholeArray(Object array) {
    return switch (array) {
      case float[] floats -> MemorySegment.ofArray(floats);
      case int[] ints -> MemorySegment.ofArray(ints);
      case short[] shorts -> MemorySegment.ofArray(shorts);
      case double[] doubles -> MemorySegment.ofArray(doubles);
      case long[] longs -> MemorySegment.ofArray(longs);
      case byte[] bytes -> MemorySegment.ofArray(bytes);
      case char[] chars -> MemorySegment.ofArray(chars);
      default -> throw new IllegalArgumentException("not a storage array: " + array.getClass());
    };
  }
}
