package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.utils.StorageFormats;

/** A stack of matrices of floats, [rows][columns][depth]. */
public final class Matrix3DFloat extends Matrix3DType
    implements TornadoMatrixInterface<FloatBuffer> {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  /** Lays a matrix over an array and shares its elements. */
  public Matrix3DFloat(int rows, int columns, int depth, FloatArray array) {
    super(rows, columns, depth);
    this.array = array;
  }

  /** Zeros. */
  public Matrix3DFloat(int rows, int columns, int depth) {
    this(rows, columns, depth, new FloatArray(rows * columns * depth));
  }

  /** A copy of a Java array of [rows][columns][depth]. */
  public Matrix3DFloat(float[][][] matrix) {
    this(matrix.length, matrix[0].length, matrix[0][0].length, StorageFormats.toRowMajor3D(matrix));
  }

  /** Multiplies all elements by a value. */
  public static void scale(Matrix3DFloat matrix, float value) {
    for (int i = 0; i < matrix.array.getSize(); i++) {
      float scaled = matrix.array.get(i);
      scaled *= value;
      matrix.array.set(i, scaled);
    }
  }

  public float get(int i, int j, int k) {
    return array.get((i * COLUMNS + j) * DEPTH + k);
  }

  public void set(int i, int j, int k, float value) {
    array.set((i * COLUMNS + j) * DEPTH + k, value);
  }

  /** Copies all elements of another matrix. */
  public void set(Matrix3DFloat other) {
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

  /** A copy. */
  public Matrix3DFloat duplicate() {
    Matrix3DFloat copy = new Matrix3DFloat(ROWS, COLUMNS, DEPTH);
    copy.set(this);
    return copy;
  }

  /** How many numbers there are. */
  @Override
  public int size() {
    return ROWS * COLUMNS * DEPTH;
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
        for (int k = 0; k < DEPTH; k++) {
          text.append(String.format(format, get(i, j, k))).append(' ');
        }
      }
      text.append('\n');
    }
    return text.toString().trim();
  }

  @Override
  public String toString() {
    return String.format("Matrix3DFloat <%d x %d x %d>", ROWS, COLUMNS, DEPTH);
  }
}
