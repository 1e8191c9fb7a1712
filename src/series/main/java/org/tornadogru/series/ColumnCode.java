package org.tornadogru.series;

import java.util.List;

/**
 * How a column becomes inputs: a scaled number, one more that says whether it was missing if any
 * ever was; or a 1 at the place of its word.
 *
 * @param scale of numbers; null for words
 * @param fill what stands for a missing number before the first one, scaled
 * @param flagged whether there is an input that says that it was missing
 * @param least of the numbers that were learned from, as they are in the table
 * @param most of them
 * @param words those that are known; another one is none of them
 */
record ColumnCode(
    String column,
    Scale scale,
    double fill,
    boolean flagged,
    double least,
    double most,
    List<String> words) {

  ColumnCode {
    words = List.copyOf(words);
  }

  static ColumnCode ofWords(String column, List<String> words) {
    return new ColumnCode(column, null, 0, false, 0, 0, words);
  }

  boolean isNumber() {
    return scale != null;
  }

  /** Whether a number is so far from those learned from as these are from each other. */
  boolean isFar(double number) {
    double width = most - least;
    return number < least - width || number > most + width;
  }

  /**
   * A forecast, as it is in a table: not below zero where no number that was learned from was,
   * since counts, prices and lengths never are.
   */
  double raw(double scaled) {
    double raw = scale.raw(scaled);
    return least < 0 ? raw : Math.max(0, raw);
  }

  /** How many inputs it becomes. */
  int size() {
    return isNumber() ? (flagged ? 2 : 1) : words.size();
  }
}
