package org.tornadogru.series;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Answers as cells: of a forecast {@code y}, {@code y_lo} and {@code y_hi} for each target, of
 * labels {@code label} and the probability of each, of alarms {@code alarm}, 1 or 0, its score and
 * its column.
 *
 * @param names of the columns
 * @param decimalComma whether numbers have one
 */
record AnswerColumns(SeriesModel model, List<String> names, boolean decimalComma) {

  private static final MathContext DIGITS = new MathContext(6);

  private static final Pattern DECIMAL_POINT = Pattern.compile("[-+]?\\d*\\.\\d+");

  /** Columns beside those of a table: numbers are written as in its first row. */
  static AnswerColumns of(
      SeriesModel model, List<String> names, char separator, String... firstRow) {
    boolean point =
        Stream.of(firstRow).anyMatch(cell -> DECIMAL_POINT.matcher(cell.strip()).matches());
    return new AnswerColumns(model, names, separator == ';' && !point);
  }

  /** The names of answers, none of which is one of the table. */
  static List<String> names(SeriesModel model, List<String> ofTable) {
    List<String> names = new ArrayList<>();
    List<String> targets = model.targets();
    if (isAlarm(model)) {
      names.addAll(List.of("alarm", "alarm_score", "alarm_column"));
    } else if (model.config().task().ofNumbers()) {
      for (String target : targets) {
        String y = targets.size() == 1 ? "y" : target + "_y";
        names.addAll(List.of(y, y + "_lo", y + "_hi"));
      }
    } else {
      names.add("label");
      model.labels().forEach(label -> names.add("p_" + label));
    }
    names.replaceAll(name -> ofTable.contains(name) ? "predicted_" + name : name);
    return names;
  }

  private static boolean isAlarm(SeriesModel model) {
    return model.config().task().kind() == SeriesTask.Kind.ALARM;
  }

  /** The cells of an answer; empty ones for null. */
  List<String> cells(SeriesModel.Answer answer) {
    if (answer == null || (answer.label() == null && answer.ranges().isEmpty())) {
      return Collections.nCopies(names.size(), "");
    }
    if (isAlarm(model)) {
      return List.of(
          answer.score() > model.threshold() ? "1" : "0",
          number(answer.score()),
          Objects.requireNonNullElse(answer.column(), ""));
    }
    List<String> cells = new ArrayList<>();
    if (answer.label() != null) {
      cells.add(answer.label());
      answer.probabilities().forEach(probability -> cells.add(number(probability)));
    }
    answer.ranges().forEach(range -> cells.addAll(cells(range)));
    return cells;
  }

  private List<String> cells(Range range) {
    return List.of(number(range.median()), number(range.low()), number(range.high()));
  }

  String number(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    String text = new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    return decimalComma ? text.replace('.', ',') : text;
  }
}
