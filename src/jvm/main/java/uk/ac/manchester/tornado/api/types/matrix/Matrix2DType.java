package uk.ac.manchester.tornado.api.types.matrix;

/** What all matrices know: how many rows and columns they have. */
abstract class Matrix2DType {

  protected final int ROWS;
  protected final int COLUMNS;

  Matrix2DType(int numRows, int numColumns) {
    ROWS = numRows;
    COLUMNS = numColumns;
  }

  public int getNumRows() {
    return ROWS;
  }

  public int getNumColumns() {
    return COLUMNS;
  }

  /** The element after the last of a row that begins with an element. */
  public int getFinalIndexOfRange(int fromIndex) {
    return fromIndex + COLUMNS;
  }

  /** Sets all elements to zero. */
  public abstract void clear();
}
