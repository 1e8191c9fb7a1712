package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat;
import uk.ac.manchester.tornado.api.types.utils.StorageFormats;

/** A matrix of floats, [rows][columns]. */
public final class Matrix2DFloat extends Matrix2DType
    implements TornadoMatrixInterface<FloatBuffer> {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  /** Lays a matrix over an array and shares its elements. */
  public Matrix2DFloat(int rows, int columns, FloatArray array) {
    super(rows, columns);
    this.array = array;
  }

  /** Zeros. */
  public Matrix2DFloat(int rows, int columns) {
    this(rows, columns, new FloatArray(rows * columns));
  }

  /** A copy of a Java array of [rows][columns]. */
  public Matrix2DFloat(float[][] matrix) {
    this(matrix.length, matrix[0].length, StorageFormats.toRowMajor(matrix));
  }

  /** Multiplies all elements by a value. */
  public static void scale(Matrix2DFloat matrix, float value) {
    for (int i = 0; i < matrix.array.getSize(); i++) {
      float scaled = matrix.array.get(i);
      scaled *= value;
      matrix.array.set(i, scaled);
    }
  }

  /** Transposes a square matrix in place; TornadoVM leaves any other as it is. */
  public static void transpose(Matrix2DFloat matrix) {
    if (matrix.ROWS != matrix.COLUMNS) {
      return;
    }
    for (int i = 0; i < matrix.ROWS; i++) {
      for (int j = 0; j < i; j++) {
        float element = matrix.get(i, j);
        matrix.set(i, j, matrix.get(j, i));
        matrix.set(j, i, element);
      }
    }
  }

  public float get(int i, int j) {
    return array.get(i * COLUMNS + j);
  }

  public void set(int i, int j, float value) {
    array.set(i * COLUMNS + j, value);
  }

  /** Copies all elements of another matrix. */
  public void set(Matrix2DFloat other) {
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

  /** A copy of a row. */
  public VectorFloat row(int row) {
    return new VectorFloat(array.slice(row * COLUMNS, COLUMNS));
  }

  /** A copy of a column. */
  public VectorFloat column(int column) {
    VectorFloat copy = new VectorFloat(ROWS);
    for (int i = 0; i < ROWS; i++) {
      copy.set(i, get(i, column));
    }
    return copy;
  }

  /** A copy of the diagonal. */
  public VectorFloat diag() {
    VectorFloat copy = new VectorFloat(Math.min(ROWS, COLUMNS));
    for (int i = 0; i < copy.getLength(); i++) {
      copy.set(i, get(i, i));
    }
    return copy;
  }

  /** Becomes the product of two other matrices. */
  public void multiply(Matrix2DFloat a, Matrix2DFloat b) {
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        float sum = 0;
        for (int k = 0; k < b.ROWS; k++) {
          sum += a.get(i, k) * b.get(k, j);
        }
        set(i, j, sum);
      }
    }
  }

  /** A copy. */
  public Matrix2DFloat duplicate() {
    Matrix2DFloat copy = new Matrix2DFloat(ROWS, COLUMNS);
    copy.set(this);
    return copy;
  }

  /** How many numbers there are. */
  @Override
  public int size() {
    return ROWS * COLUMNS;
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
