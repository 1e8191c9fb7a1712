package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** A matrix of {@link Float4}, [rows][columns]. */
public final class Matrix2DFloat4 extends Matrix2DType
    implements TornadoMatrixInterface<FloatBuffer> {

  public static final Class<Matrix2DFloat4> TYPE = Matrix2DFloat4.class;

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  /** Lays a matrix over an array and shares its elements. */
  public Matrix2DFloat4(int rows, int columns, FloatArray array) {
    super(rows, columns);
    this.array = array;
  }

  /** Zeros. */
  public Matrix2DFloat4(int rows, int columns) {
    this(rows, columns, new FloatArray(rows * columns * 4));
  }

  /** Multiplies all elements by a value. */
  public static void scale(Matrix2DFloat4 matrix, float value) {
    for (int i = 0; i < matrix.array.getSize(); i++) {
      float scaled = matrix.array.get(i);
      scaled *= value;
      matrix.array.set(i, scaled);
    }
  }

  /** Transposes a square matrix in place; TornadoVM leaves any other as it is. */
  public static void transpose(Matrix2DFloat4 matrix) {
    if (matrix.ROWS != matrix.COLUMNS) {
      return;
    }
    for (int i = 0; i < matrix.ROWS; i++) {
      for (int j = 0; j < i; j++) {
        Float4 element = matrix.get(i, j);
        matrix.set(i, j, matrix.get(j, i));
        matrix.set(j, i, element);
      }
    }
  }

  /** A copy of an element. */
  public Float4 get(int i, int j) {
    int first = (i * COLUMNS + j) * 4;
    return new Float4(
        array.get(first), array.get(first + 1), array.get(first + 2), array.get(first + 3));
  }

  public void set(int i, int j, Float4 value) {
    int first = (i * COLUMNS + j) * 4;
    array.set(first, value.getX());
    array.set(first + 1, value.getY());
    array.set(first + 2, value.getZ());
    array.set(first + 3, value.getW());
  }

  /** A copy of a row of [rows][columns] numbers: TornadoVM's forgets that an element is four. */
  public VectorFloat row(int row) {
    return new VectorFloat(array.slice(row * COLUMNS, COLUMNS));
  }

  /** Copies all elements of another matrix. */
  public void set(Matrix2DFloat4 other) {
    getSegment().copyFrom(other.getSegment());
  }

  /** Sets all elements to a value. */
  public void fill(float value) {
    array.init(value);
  }

  @Override
  public void clear() {
    array.clear();
  }

  /** Becomes the product of two other matrices, lane by lane. */
  public void multiply(Matrix2DFloat4 a, Matrix2DFloat4 b) {
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        Float4 sum = new Float4();
        for (int k = 0; k < b.ROWS; k++) {
          sum = Float4.add(sum, Float4.mult(a.get(i, k), b.get(k, j)));
        }
        set(i, j, sum);
      }
    }
  }

  /** A copy. */
  public Matrix2DFloat4 duplicate() {
    Matrix2DFloat4 copy = new Matrix2DFloat4(ROWS, COLUMNS);
    copy.set(this);
    return copy;
  }

  /** How many numbers there are. */
  @Override
  public int size() {
    return ROWS * COLUMNS * 4;
  }

  /** The array that this matrix is laid over. */
  public FloatArray getArray() {
    return array;
  }

  /** A copy of the elements. */
  @Override
  public FloatBuffer asBuffer() {
    return FloatBuffer.wrap(array.toHeapArray());
  }

  @Override
  public MemorySegment getSegment() {
    return array.getSegment();
  }

  @Override
  public MemorySegment getSegmentWithHeader() {
    return array.getSegmentWithHeader();
  }

  /** Each element with a format string, a row to a line. */
  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public String toString(String format) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        text.append(String.format(format, get(i, j))).append(' ');
      }
      text.append('\n');
    }
    return text.toString().trim();
  }

  @Override
  public String toString() {
    return String.format("MatrixFloat <%d x %d>", ROWS, COLUMNS);
  }
}
