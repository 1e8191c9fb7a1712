package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** A matrix of 4 × 4 floats, row-major. */
public final class Matrix4x4Float implements TornadoMatrixInterface<FloatBuffer> {

  public static final Class<Matrix4x4Float> TYPE = Matrix4x4Float.class;

  private static final int SIDE = 4;

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  /** Zeros. */
  public Matrix4x4Float() {
    this(new FloatArray(SIDE * SIDE));
  }

  /** Lays a matrix over an array and shares its elements. */
  public Matrix4x4Float(FloatArray array) {
    this.array = array;
  }

  /** An element, counted row after row. */
  public float get(int index) {
    return array.get(index);
  }

  /** Sets an element, counted row after row. */
  public void set(int index, float value) {
    array.set(index, value);
  }

  public float get(int i, int j) {
    return array.get(i * SIDE + j);
  }

  public void set(int i, int j, float value) {
    array.set(i * SIDE + j, value);
  }

  public int getNumRows() {
    return SIDE;
  }

  public int getNumColumns() {
    return SIDE;
  }

  /** A copy of a row. */
  public Float4 row(int row) {
    return new Float4(get(row, 0), get(row, 1), get(row, 2), get(row, 3));
  }

  /** A copy of a column. */
  public Float4 column(int column) {
    return new Float4(get(0, column), get(1, column), get(2, column), get(3, column));
  }

  /** A copy of the diagonal. */
  public Float4 diag() {
    return new Float4(get(0, 0), get(1, 1), get(2, 2), get(3, 3));
  }

  /** Becomes the identity. */
  public void identity() {
    fill(0);
    for (int i = 0; i < SIDE; i++) {
      set(i, i, 1);
    }
  }

  /** Copies all elements of another matrix. */
  public void set(Matrix4x4Float other) {
    getSegment().copyFrom(other.getSegment());
  }

  /** Sets all elements to a value. */
  public void fill(float value) {
    array.init(value);
  }

  /** Sets all elements to zero. */
  public void clear() {
    array.clear();
  }

  /** A copy. */
  public Matrix4x4Float duplicate() {
    Matrix4x4Float copy = new Matrix4x4Float();
    copy.set(this);
    return copy;
  }

  @Override
  public int size() {
    return SIDE * SIDE;
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

  /** Each row with a format string for 4 numbers, a row to a line. */
  public String toString(String format) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < SIDE; i++) {
      text.append(row(i).toString(format)).append('\n');
    }
    return text.toString().trim();
  }

  @Override
  public String toString() {
    return "MatrixFloat <4 x 4>\n" + toString("%.3f,%.3f,%.3f,%.3f");
  }
}
