package org.tornadogru.kernels.library;

import static uk.ac.manchester.tornado.api.common.Access.READ_ONLY;
import static uk.ac.manchester.tornado.api.common.Access.READ_WRITE;
import static uk.ac.manchester.tornado.api.common.Access.WRITE_ONLY;

import java.util.Arrays;
import java.util.List;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Launch;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Products of matrices as a call of a library.
 *
 * <pre>
 *   result = left · right      or      result += left · right
 * </pre>
 */
public final class Multiplication {

  /** The library's name in a graph. */
  public static final String LIBRARY = "tornado-gru/cublas";

  /** The function's, whose arguments are those of {@link #multiply}. */
  public static final String FUNCTION = "multiply";

  /**
   * Bits of a significand that operands keep as NVIDIA's tensor cores take them in TF32; sums have
   * all in any case.
   */
  public static final int TF32 = 11;

  /** The same in bfloat16. */
  public static final int BF16 = 8;

  private final int rows;
  private final int columns;
  private final int terms;
  private int count = 1;
  private Operand left;
  private int leftTransposed;
  private Operand right;
  private Operand result;
  private int adds;
  private final int bits;

  /** Matrices in an array: where the first begins, from row to row, from one to the next. */
  private record Operand(FloatArray array, int at, int stride, int next) {}

  private Multiplication(int bits, int rows, int columns, int terms) {
    this.bits = bits;
    this.rows = rows;
    this.columns = columns;
    this.terms = terms;
  }

  /**
   * Of a left matrix of [rows][terms] and a right one of [terms][columns].
   *
   * @param bits that operands keep: {@link KernelSet#SINGLE}, {@link #TF32}, {@link #BF16}
   */
  static Multiplication of(int bits, int rows, int columns, int terms) {
    return new Multiplication(bits, rows, columns, terms);
  }

  /** As many products side by side. */
  Multiplication times(int products) {
    count = products;
    return this;
  }

  /** Of [rows][terms]. */
  Multiplication left(FloatArray array, int at, int stride) {
    left = new Operand(array, at, stride, 0);
    return this;
  }

  /** Of [terms][rows]. */
  Multiplication leftTransposed(FloatArray array, int at, int stride, int next) {
    left = new Operand(array, at, stride, next);
    leftTransposed = 1;
    return this;
  }

  /** Of [terms][columns]. */
  Multiplication right(FloatArray array, int at, int stride) {
    return right(array, at, stride, 0);
  }

  Multiplication right(FloatArray array, int at, int stride, int next) {
    right = new Operand(array, at, stride, next);
    return this;
  }

  /** Written, [rows][columns]. */
  Multiplication to(FloatArray array, int at, int stride) {
    return to(array, at, stride, 0);
  }

  Multiplication to(FloatArray array, int at, int stride, int next) {
    result = new Operand(array, at, stride, next);
    return this;
  }

  Multiplication addedTo(FloatArray array, int at, int stride) {
    adds = 1;
    return to(array, at, stride);
  }

  Launch launch(String id) {
    TaskPackage loops =
        new TaskPackage(
            id,
            Multiplication::multiply,
            left.array,
            right.array,
            result.array,
            left.at,
            left.stride,
            left.next,
            leftTransposed,
            right.at,
            right.stride,
            right.next,
            result.at,
            result.stride,
            result.next,
            adds,
            bits,
            rows,
            columns,
            terms,
            count);
    Object[] parameters = loops.getTaskParameters();
    Object[] arguments = Arrays.copyOfRange(parameters, 1, parameters.length);
    Access[] accesses = new Access[arguments.length];
    Arrays.fill(accesses, READ_ONLY);
    boolean isPart = adds == 1 || result.at > 0 || result.next > rows * columns;
    accesses[2] = isPart ? READ_WRITE : WRITE_ONLY;
    return new Launch.Library(
        loops,
        List.of(columns, count * rows),
        new LibraryTaskDescriptor()
            .withLibrary(LIBRARY)
            .withFunction(FUNCTION)
            .withParameters(arguments)
            .withAccess(accesses));
  }

  /**
   * What the library does.
   *
   * @param left of product i at {@code leftAt + i · leftNext} a row each {@code leftStride}:
   *     [rows][terms], or [terms][rows] with {@code leftTransposed} 1
   * @param right the same, [terms][columns]
   * @param result in and out if {@code adds} is 1, otherwise out, [rows][columns]
   * @param bits of a significand that operands keep
   */
  static void multiply(
      FloatArray left,
      FloatArray right,
      FloatArray result,
      int leftAt,
      int leftStride,
      int leftNext,
      int leftTransposed,
      int rightAt,
      int rightStride,
      int rightNext,
      int resultAt,
      int resultStride,
      int resultNext,
      int adds,
      int bits,
      int rows,
      int columns,
      int terms,
      int count) {
    int leftRow = leftTransposed == 1 ? 1 : leftStride;
    int leftTerm = leftTransposed == 1 ? leftStride : 1;
    for (@Parallel int line = 0; line < count * rows; line++) {
      for (@Parallel int column = 0; column < columns; column++) {
        int product = line / rows;
        int row = line - product * rows;
        int leftFrom = leftAt + product * leftNext + row * leftRow;
        int rightFrom = rightAt + product * rightNext + column;
        int at = resultAt + product * resultNext + row * resultStride + column;
        float sum = adds == 0 ? 0f : result.get(at);
        for (int term = 0; term < terms; term++) {
          sum +=
              operand(left.get(leftFrom + term * leftTerm), bits)
                  * operand(right.get(rightFrom + term * rightStride), bits);
        }
        result.set(at, sum);
      }
    }
  }

  /**
   * What a product takes of a number: Dekker's split, rounded to the nearest. Of numbers so large
   * that the split overflows the rounded one is none.
   *
   * @see <a href="https://doi.org/10.1007/BF01397083">Dekker, A floating-point technique for
   *     extending the available precision, 1971</a>
   */
  private static float operand(float value, int bits) {
    float large = ((1 << (KernelSet.SINGLE - bits)) + 1) * value;
    return bits == KernelSet.SINGLE ? value : large - (large - value);
  }
}
