package org.tornadogru.kernels.library;

import static uk.ac.manchester.tornado.api.common.Access.READ_ONLY;
import static uk.ac.manchester.tornado.api.common.Access.READ_WRITE;
import static uk.ac.manchester.tornado.api.common.Access.WRITE_ONLY;

import java.util.Arrays;
import java.util.List;
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

  /** A flag: the products are added to what is there. */
  public static final int ADDS = 1;

  /**
   * A flag: operands are rounded to TF32, 11 bits of significand instead of 24, as NVIDIA's tensor
   * cores take them; sums are as ever.
   */
  public static final int TF32 = 2;

  /** Cuts a float to TF32: what it has 13 bits more of are those that this product rounds away. */
  private static final float SPLIT = (1 << 13) + 1;

  private final int rows;
  private final int columns;
  private final int terms;
  private int count = 1;
  private Operand left;
  private int leftTransposed;
  private Operand right;
  private Operand result;
  private int flags;

  /** Matrices in an array: where the first begins, from row to row, from one to the next. */
  private record Operand(FloatArray array, int at, int stride, int next) {}

  private Multiplication(int precision, int rows, int columns, int terms) {
    flags = precision;
    this.rows = rows;
    this.columns = columns;
    this.terms = terms;
  }

  /**
   * Of a left matrix of [rows][terms] and a right one of [terms][columns].
   *
   * @param precision {@link #TF32}, or 0 for operands as they are
   */
  static Multiplication of(int precision, int rows, int columns, int terms) {
    return new Multiplication(precision, rows, columns, terms);
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
    flags |= ADDS;
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
            flags,
            rows,
            columns,
            terms,
            count);
    Object[] parameters = loops.getTaskParameters();
    Object[] arguments = Arrays.copyOfRange(parameters, 1, parameters.length);
    Access[] accesses = new Access[arguments.length];
    Arrays.fill(accesses, READ_ONLY);
    boolean isPart = (flags & ADDS) != 0 || result.at > 0 || result.next > rows * columns;
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
   * @param result in and out with the flag {@link #ADDS}, otherwise out, [rows][columns]
   * @param flags {@link #ADDS}, {@link #TF32}, their sum or 0
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
      int flags,
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
        float sum = (flags & ADDS) == 0 ? 0f : result.get(at);
        for (int term = 0; term < terms; term++) {
          sum +=
              operand(left.get(leftFrom + term * leftTerm), flags)
                  * operand(right.get(rightFrom + term * rightStride), flags);
        }
        result.set(at, sum);
      }
    }
  }

  /**
   * What a product takes of a number. Of those beyond 2¹¹⁴ the rounded one is none.
   *
   * @see <a href="https://doi.org/10.1007/BF01397083">Dekker, A floating-point technique for
   *     extending the available precision, 1971</a>
   */
  private static float operand(float value, int flags) {
    float large = SPLIT * value;
    return (flags & TF32) == 0 ? value : large - (large - value);
  }
}
