package org.tornadogru.cublas;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.tornadogru.device.NvidiaLibrary;
import org.tornadogru.kernels.library.Multiplication;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * A handle of NVIDIA's cuBLAS, and the functions of it that are used, called without native code of
 * our own. Device pointers are numbers here: nothing of this process may look behind them.
 *
 * <p>See "cuBLAS Library User Guide", NVIDIA.
 */
final class Cublas {

  private static final int NO_TRANSPOSE = 0;
  private static final int TRANSPOSE = 1;

  private static final int DEFAULT_MATH = 0;
  private static final int TF32_MATH = 3;

  private static final SymbolLookup LIBRARY =
      NvidiaLibrary.cublas()
          .orElseThrow(() -> new TornadoRuntimeException("NVIDIA's cuBLAS is not there"));

  private static final MethodHandle CREATE = function("cublasCreate_v2", ADDRESS);
  private static final MethodHandle DESTROY = function("cublasDestroy_v2", ADDRESS);
  private static final MethodHandle SET_STREAM = function("cublasSetStream_v2", ADDRESS, JAVA_LONG);

  private static final MethodHandle SET_MATH_MODE =
      function("cublasSetMathMode", ADDRESS, JAVA_INT);

  private static final MethodHandle MULTIPLY =
      function(
          "cublasSgemmStridedBatched",
          ADDRESS,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_INT);

  /** In its own class, since only products in bfloat16 want it. */
  private static final class Extended {

    static final MethodHandle MULTIPLY =
        function(
            NvidiaLibrary.EXTENDED_PRODUCT,
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT);

    /** Of floats, which the library rounds, with sums in single precision. */
    static final int FLOATS = 0;

    static final int BF16_COMPUTATION = 75;
    static final int ANY_ALGORITHM = -1;
  }

  private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_FLOAT, 1f);
  private static final MemorySegment ZERO = Arena.global().allocateFrom(JAVA_FLOAT, 0f);

  private final MemorySegment handle;

  /** Matrices of rows on the device, the first at an address, so many elements apart. */
  record Operand(long address, int stride, int next) {}

  /** Opens the library for a stream. */
  Cublas(long stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment created = arena.allocate(ADDRESS);
      check("begin", () -> (int) CREATE.invokeExact(created));
      handle = created.get(ADDRESS, 0);
    }
    check("use a stream", () -> (int) SET_STREAM.invokeExact(handle, stream));
  }

  @SuppressWarnings("restricted") // what a library's function takes, nobody can check
  private static MethodHandle function(String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            LIBRARY
                .find(name)
                .orElseThrow(() -> new TornadoRuntimeException("cuBLAS has no " + name)),
            FunctionDescriptor.of(JAVA_INT, parameters));
  }

  /** A call; a method handle throws what the function does, which is nothing. */
  @FunctionalInterface
  private interface Call {
    @SuppressWarnings("IllegalThrows")
    int status() throws Throwable;
  }

  @SuppressWarnings("IllegalCatch")
  private static void check(String what, Call call) {
    int status;
    try {
      status = call.status();
    } catch (Throwable impossible) {
      throw new IllegalStateException(what, impossible);
    }
    if (status != 0) {
      throw new TornadoRuntimeException("cuBLAS cannot %s: status %d".formatted(what, status));
    }
  }

  /**
   * Products of matrices that are stored row by row. The library wants columns, so it is given the
   * transposed product: resultᵀ = rightᵀ leftᵀ.
   *
   * @param left [rows][terms], or [terms][rows] if it is transposed
   * @param right [terms][columns]
   * @param result [rows][columns]
   * @param adds whether to add to what is there
   * @param bits of a significand that operands keep, as {@link Multiplication} has them
   */
  void multiply(
      Operand left,
      boolean leftTransposed,
      Operand right,
      Operand result,
      boolean adds,
      int bits,
      int rows,
      int columns,
      int terms,
      int count) {
    MemorySegment factor = adds ? ONE : ZERO; // of what is there
    int leftForm = leftTransposed ? TRANSPOSE : NO_TRANSPOSE;
    if (bits == Multiplication.BF16) {
      check(
          "multiply matrices in bfloat16",
          () ->
              (int)
                  Extended.MULTIPLY.invokeExact(
                      handle,
                      NO_TRANSPOSE,
                      leftForm,
                      columns,
                      rows,
                      terms,
                      ONE,
                      right.address,
                      Extended.FLOATS,
                      right.stride,
                      (long) right.next,
                      left.address,
                      Extended.FLOATS,
                      left.stride,
                      (long) left.next,
                      factor,
                      result.address,
                      Extended.FLOATS,
                      result.stride,
                      (long) result.next,
                      count,
                      Extended.BF16_COMPUTATION,
                      Extended.ANY_ALGORITHM));
      return;
    }
    int mode = bits == Multiplication.TF32 ? TF32_MATH : DEFAULT_MATH;
    check("choose a precision", () -> (int) SET_MATH_MODE.invokeExact(handle, mode));
    check(
        "multiply matrices",
        () ->
            (int)
                MULTIPLY.invokeExact(
                    handle,
                    NO_TRANSPOSE,
                    leftForm,
                    columns,
                    rows,
                    terms,
                    ONE,
                    right.address,
                    right.stride,
                    (long) right.next,
                    left.address,
                    left.stride,
                    (long) left.next,
                    factor,
                    result.address,
                    result.stride,
                    (long) result.next,
                    count));
  }

  void close() {
    check("end", () -> (int) DESTROY.invokeExact(handle));
  }
}
