package org.tornadogru.series;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A column of a {@link Table}. What is missing is NaN.
 *
 * @param name as the header has it
 * @param kind what its cells are
 * @param cells a float for each row, for times a double: a number; seconds since 1970, or months
 *     where times are months; or the index of a word
 * @param words the words of a column of words, in the order in which they first occur
 * @param odd the first cell that made it a column of words, and its line in the file; null if none
 */
public record Column(String name, Kind kind, MemorySegment cells, List<String> words, Odd odd) {

  /** What cells are. */
  public enum Kind {
    /** Numbers. */
    NUMBER,
    /** Points in time. */
    TIME,
    /** Anything else. */
    WORD
  }

  /** A cell that is no number. */
  public record Odd(String text, long line) {}

  public Column {
    words = List.copyOf(words);
  }

  /** How many rows there are. */
  public int rows() {
    return (int) (cells.byteSize() / (kind == Kind.TIME ? Double.BYTES : Float.BYTES));
  }

  /** The number, time or index of the word of a row, not a number if it is missing. */
  public double at(int row) {
    return kind == Kind.TIME
        ? cells.getAtIndex(ValueLayout.JAVA_DOUBLE, row)
        : cells.getAtIndex(ValueLayout.JAVA_FLOAT, row);
  }

  /** Whether a row has none. */
  public boolean isMissing(int row) {
    return Double.isNaN(at(row));
  }

  /** The word of a row; null if it is missing. */
  public String word(int row) {
    double index = at(row);
    return Double.isNaN(index) ? null : words.get((int) index);
  }
}
