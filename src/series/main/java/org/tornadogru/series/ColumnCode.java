package org.tornadogru.series;

import java.util.List;

/**
 * How a column becomes inputs: a scaled number, one more that says whether it was missing if any
 * ever was; or a 1 at the place of its word.
 *
 * @param scale of numbers; null for words
 * @param fill what stands for a missing number before the first one, scaled
 * @param flagged whether there is an input that says that it was missing
 * @param words those that are known; another one is none of them
 */
record ColumnCode(String column, Scale scale, double fill, boolean flagged, List<String> words) {

  ColumnCode {
    words = List.copyOf(words);
  }

  boolean isNumber() {
    return scale != null;
  }

  /** How many inputs it becomes. */
  int size() {
    return isNumber() ? (flagged ? 2 : 1) : words.size();
  }
}
