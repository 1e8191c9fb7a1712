package uk.ac.manchester.tornado.api.kernels;

import java.lang.constant.ClassDesc;
import java.util.Set;

/**
 * What calls do with references, where it is not found by following them: those of TornadoVM's
 * types, of memory segments and of vectors.
 */
final class Calls {

  /** What becomes of the object that a call gets as one of its arguments. */
  enum Effect {
    NONE,
    READ,
    WRITE,
    BOTH,
    /** The result is the object's own memory. */
    ALIAS
  }

  private static final String TORNADO = "uk/ac/manchester/tornado/api/";
  private static final String TYPES = TORNADO + "types/";
  private static final String ARRAYS = TYPES + "arrays/";
  private static final String VECTORS = TYPES + "vectors/";
  private static final String SEGMENT = "java/lang/foreign/MemorySegment";
  private static final String VECTOR_API = "jdk/incubator/vector/";

  private static final Set<String> SIZES =
      Set.of("vectorWidth", "size", "byteSize", "address", "scope", "isNative", "X", "Y", "Z");

  /** Those whose fields TornadoVM's analysis does not count. */
  private static final Set<String> NATIVE_ARRAYS =
      Set.of(
          "ByteArray",
          "CharArray",
          "ShortArray",
          "IntArray",
          "LongArray",
          "FloatArray",
          "DoubleArray");

  private Calls() {}

  /** Whether a method is known by its name: its instructions are not those of a device. */
  static boolean isKnown(String owner) {
    return owner.startsWith(TORNADO) || owner.startsWith("java/") || owner.startsWith("jdk/");
  }

  /** Whether TornadoVM takes a call for a read because it reads a field of the object. */
  static boolean isTakenForRead(String owner, String method) {
    boolean isAccess = method.equals("get") || method.equals("set");
    return owner.startsWith(TYPES)
        && !NATIVE_ARRAYS.contains(owner.substring(owner.lastIndexOf('/') + 1))
        && !(isAccess && owner.startsWith(ARRAYS));
  }

  /**
   * What a known method does with one of its arguments.
   *
   * @param isStatic whether argument 0 is not the object that the method is of
   * @param count of the arguments
   */
  static Effect of(
      String owner, String method, boolean isStatic, int argument, int count, ClassDesc result) {
    if (owner.startsWith(TYPES)) {
      return isStatic || argument > 0
          ? ofArgument(method, argument)
          : ofObject(owner, method, count == 1, result);
    }
    if (owner.equals(TORNADO + "KernelContext")) {
      return argument == 0 ? Effect.NONE : Effect.BOTH; // atomics
    }
    if (owner.equals(SEGMENT)) {
      return ofSegment(method, isStatic, argument);
    }
    if (owner.startsWith(VECTOR_API)) {
      return method.startsWith("into") ? Effect.WRITE : Effect.READ;
    }
    return switch (owner + "." + method) {
      case "java/lang/System.arraycopy" -> argument == 0 ? Effect.READ : Effect.WRITE;
      case "java/util/Arrays.fill" -> Effect.WRITE;
      case "java/util/Objects.requireNonNull", "java/util/Optional.orElseThrow" -> Effect.ALIAS;
      default -> Effect.BOTH;
    };
  }

  private static Effect ofObject(String owner, String method, boolean alone, ClassDesc result) {
    if (isWriting(method)) {
      return Effect.WRITE;
    }
    boolean isMemory = method.startsWith("getSegment") || method.equals("getArray");
    if (isMemory && alone) {
      return Effect.ALIAS;
    }
    boolean isSize =
        alone && result.isPrimitive() && (method.startsWith("get") || SIZES.contains(method));
    return isSize && !owner.startsWith(VECTORS) ? Effect.NONE : Effect.READ;
  }

  /** Statics, and what is copied into an object. */
  private static Effect ofArgument(String method, int argument) {
    return method.equals("initialize") && argument == 0 ? Effect.WRITE : Effect.READ;
  }

  private static boolean isWriting(String method) {
    return method.startsWith("set")
        || method.equals("init")
        || method.equals("clear")
        || method.equals("fill")
        || method.equals("loadFromBuffer");
  }

  private static Effect ofSegment(String method, boolean isStatic, int argument) {
    return switch (method) {
      case "asSlice", "ofArray", "heapBase", "reinterpret", "asReadOnly" -> Effect.ALIAS;
      case "copyFrom" -> argument == 0 ? Effect.WRITE : Effect.READ;
      case "copy" -> argument == 0 ? Effect.READ : Effect.WRITE;
      case "fill" -> Effect.WRITE;
      default -> {
        if (isStatic || argument > 0) {
          yield Effect.BOTH;
        }
        yield method.startsWith("set")
            ? Effect.WRITE
            : SIZES.contains(method) ? Effect.NONE : Effect.READ;
      }
    };
  }
}
