package org.tornadogru.kernels.workgroup;

/**
 * The part of a matrix product that a work-group has: {@value #DEPTH} terms of each of its sums at
 * a time meet in local memory, {@code [DEPTH][rows + PADDING]} of the left matrix and {@code
 * [DEPTH][columns]} of the right one. A work-item keeps the sums of {@code block} rows by {@value
 * #COLUMNS} columns in registers, so that a float is read from global memory once for a whole row
 * or column of the tile, and from local memory once for a row or column of a block: 1 / rows + 1 /
 * columns and 1 / block + 1 / COLUMNS floats per multiplication.
 *
 * @param rows of the result
 * @param columns of the result, whole {@link org.tornadogru.kernels.Tiles}
 * @param block rows of a work-item
 */
record ProductTile(int rows, int columns, int block) {

  /** Terms of each sum in local memory; sizes are padded to multiples. */
  static final int DEPTH = 16;

  /** Columns of a work-item: neighbours, so that a load from local memory takes all. */
  static final int COLUMNS = 4;

  /** Neighbouring work-items write the left matrix a row apart, which would be in the same bank. */
  static final int PADDING = 4;

  private static final int LARGEST = 64;
  private static final int ITEMS = 256;

  /** So many groups give each multiprocessor of a large GPU two. */
  private static final int GROUPS = 264;

  /**
   * A tile for a result: as wide as it is, up to {@value #LARGEST} columns, and as high as {@value
   * #ITEMS} work-items make it, if that leaves {@value #GROUPS} groups.
   */
  static ProductTile of(int rows, int columns, int slices) {
    int wide = Math.min(LARGEST, powerOfTwoFrom(columns, DEPTH));
    int high = Math.min(ITEMS * COLUMNS * COLUMNS / wide, powerOfTwoFrom(rows, DEPTH));
    ProductTile tile = new ProductTile(high, wide, COLUMNS);
    ProductTile larger = new ProductTile(2 * high, wide, 2 * COLUMNS);
    return larger.groups(rows, columns) * slices >= GROUPS && rows > high ? larger : tile;
  }

  private static int powerOfTwoFrom(int size, int least) {
    return size <= least ? least : Integer.highestOneBit(size - 1) << 1;
  }

  /** Work-items of a group. */
  int items() {
    return rows / block * (columns / COLUMNS);
  }

  int localFloats() {
    return DEPTH * (rows + PADDING + columns);
  }

  int across(int allColumns) {
    return Math.ceilDiv(allColumns, columns);
  }

  int down(int allRows) {
    return Math.ceilDiv(allRows, rows);
  }

  private int groups(int allRows, int allColumns) {
    return across(allColumns) * down(allRows);
  }
}
