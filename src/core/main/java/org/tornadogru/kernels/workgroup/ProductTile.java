package org.tornadogru.kernels.workgroup;

import java.util.stream.Stream;

/**
 * The part of a matrix product that a work-group has: {@value #DEPTH} terms of each of its sums at
 * a time meet in local memory, {@code [DEPTH][rows + PADDING]} of the left matrix and {@code
 * [DEPTH][columns]} of the right one. A work-item keeps {@code high} by {@code wide} sums in
 * registers: neighbouring rows, and columns as far apart as there are work-items across, so that
 * neighbouring work-items use neighbouring columns.
 *
 * <p>A multiplication takes {@code 1 / rows + 1 / columns} floats from global memory and {@code 1 /
 * high + 1 / wide} from local memory; a loop without tiles takes 2 from global memory.
 *
 * @param rows of the result
 * @param columns of the result, whole {@link org.tornadogru.kernels.Tiles}
 * @param high rows of a work-item
 * @param wide columns of a work-item
 */
record ProductTile(int rows, int columns, int high, int wide) {

  /** Terms of each sum in local memory. */
  static final int DEPTH = 16;

  /** Neighbouring work-items write the left matrix a row apart, which would be in the same bank. */
  static final int PADDING = 4;

  /** So many groups give each multiprocessor of a large GPU two. */
  private static final int GROUPS = 264;

  /**
   * The largest of 128 × 128, 128 × 64 and 64 × 64 that leaves enough groups, cut to the result.
   */
  static ProductTile of(int rows, int columns, int slices) {
    return Stream.of(new ProductTile(128, 128, 8, 8), new ProductTile(128, 64, 8, 4))
        .filter(tile -> tile.rows <= rows && tile.columns <= columns)
        .filter(tile -> tile.across(columns) * tile.down(rows) * slices >= GROUPS)
        .findFirst()
        .orElseGet(() -> cut(rows, columns));
  }

  /** 64 × 64; if the result is narrower, higher. */
  private static ProductTile cut(int rows, int columns) {
    int width = Math.min(64, powerOfTwoFrom(columns));
    return new ProductTile(Math.min(64 * 64 / width, powerOfTwoFrom(rows)), width, 4, 4);
  }

  private static int powerOfTwoFrom(int size) {
    return size <= DEPTH ? DEPTH : Integer.highestOneBit(size - 1) << 1;
  }

  /** Work-items of a group: at most 256. */
  int items() {
    return rows / high * (columns / wide);
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
}
