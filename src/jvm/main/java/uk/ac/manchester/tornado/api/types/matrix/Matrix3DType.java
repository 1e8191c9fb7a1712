package uk.ac.manchester.tornado.api.types.matrix;

/** What all stacks of matrices know: how many rows and columns they have, and how deep they are. */
abstract class Matrix3DType {

  protected final int ROWS;
  protected final int COLUMNS;
  protected final int DEPTH;

  Matrix3DType(int numRows, int numColumns, int numDepth) {
    ROWS = numRows;
    COLUMNS = numColumns;
    DEPTH = numDepth;
  }

  public int getNumRows() {
    return ROWS;
  }

  public int getNumColumns() {
    return COLUMNS;
  }

  public int getNumDepth() {
    return DEPTH;
  }

  /** Sets all elements to zero. */
  public abstract void clear();
}
