package org.tornadogru.cli;

import java.io.PrintWriter;
import java.util.List;

/** Rows of text, printed so that their columns begin below one another. */
final class Columns {

  private Columns() {}

  /** Prints rows that have as many columns each. */
  static void print(PrintWriter out, List<List<String>> rows) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
        line.append(row.get(column)).repeat(' ', width - row.get(column).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
