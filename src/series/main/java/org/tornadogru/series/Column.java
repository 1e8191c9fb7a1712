package org.tornadogru.series;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * A column of a {@link Table}. What is missing is NaN.
 *
 * @param name as the header has it
 * @param kind what its cells are
 * @param rows how many there are
 * @param cells a float for each row, or a double for times and where numbers are large: a number;
 *     seconds since 1970; or the index of a word
 * @param words the words of a column of words, in the order in which they first occur
 * @param odd the first cell that made it a column of words, and its line in the file; null if none
 */
public record Column(
    String name, Kind kind, int rows, MemorySegment cells, List<String> words, Odd odd) {

  /** What cells are. */
  public enum Kind {
    /** Numbers. */
    NUMBER,
    /** Points in time. */
    TIME,
    /** Anything else. */
    WORD
  }

  /**
   * A cell that is no number.
   *
   * @param line of the file, counted from 1
   */
  public record Odd(String text, long line) {
    public Odd {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * A column.
   *
   * @throws IllegalArgumentException if there are not as many cells as rows
   */
  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    words = List.copyOf(Objects.requireNonNull(words, "words"));
    long size = Objects.requireNonNull(cells, "cells").byteSize();
    if (rows < 1 || (size != (long) rows * Float.BYTES && size != (long) rows * Double.BYTES)) {
      throw new IllegalArgumentException(
          "column '%s' of %d rows cannot have %d bytes".formatted(name, rows, size));
    }
  }

  /**
   * The number, time or index of the word of a row, not a number if it is missing.
   *
   * @param row counted from 0
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public double at(int row) {
    return cells.byteSize() == (long) rows * Double.BYTES
        ? cells.getAtIndex(ValueLayout.JAVA_DOUBLE, row)
        : cells.getAtIndex(ValueLayout.JAVA_FLOAT, row);
  }

  /**
   * Whether a row has none.
   *
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public boolean isMissing(int row) {
    return Double.isNaN(at(row));
  }

  /**
   * The word of a row; null if it is missing.
   *
   * @throws IndexOutOfBoundsException if there is no such row, or it is not a column of words
   */
  public String word(int row) {
    double index = at(row);
    return Double.isNaN(index) ? null : words.get((int) index);
  }
}
