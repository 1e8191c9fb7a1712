package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** A stack of matrices of {@link Float4}, [rows][columns][depth]. */
public final class Matrix3DFloat4 extends Matrix3DType
    implements TornadoMatrixInterface<FloatBuffer> {

  public static final Class<Matrix3DFloat4> TYPE = Matrix3DFloat4.class;

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  /** Lays a matrix over an array and shares its elements. */
  public Matrix3DFloat4(int rows, int columns, int depth, FloatArray array) {
    super(rows, columns, depth);
    this.array = array;
  }

  /** Zeros. */
  public Matrix3DFloat4(int rows, int columns, int depth) {
    this(rows, columns, depth, new FloatArray(rows * columns * depth * 4));
  }

  /** Multiplies all elements by a value. */
  public static void scale(Matrix3DFloat4 matrix, float value) {
    for (int i = 0; i < matrix.array.getSize(); i++) {
      float scaled = matrix.array.get(i);
      scaled *= value;
      matrix.array.set(i, scaled);
    }
  }

  /** A copy of an element. */
  public Float4 get(int i, int j, int k) {
    int first = ((i * COLUMNS + j) * DEPTH + k) * 4;
    return new Float4(
        array.get(first), array.get(first + 1), array.get(first + 2), array.get(first + 3));
  }

  public void set(int i, int j, int k, Float4 value) {
    int first = ((i * COLUMNS + j) * DEPTH + k) * 4;
    array.set(first, value.getX());
    array.set(first + 1, value.getY());
    array.set(first + 2, value.getZ());
    array.set(first + 3, value.getW());
  }

  /** Copies all elements of another matrix. */
  public void set(Matrix3DFloat4 other) {
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
  public Matrix3DFloat4 duplicate() {
    Matrix3DFloat4 copy = new Matrix3DFloat4(ROWS, COLUMNS, DEPTH);
    copy.set(this);
    return copy;
  }

  /** How many numbers there are. */
  @Override
  public int size() {
    return ROWS * COLUMNS * DEPTH * 4;
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
    return String.format("Matrix3DFloat4 <%d x %d x %d>", ROWS, COLUMNS, DEPTH);
  }
}
