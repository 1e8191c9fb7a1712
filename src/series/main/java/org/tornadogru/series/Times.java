package org.tornadogru.series;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.OptionalDouble;

/** Points in time as numbers: seconds since 1970, UTC where no offset is said. */
final class Times {

  private static final String PLAIN = "0000-00-00 00:00";
  private static final int SHORTEST = 7; // 1973-05

  private Times() {}

  /**
   * What a text says: {@code 1973-05}, {@code 1973-05-01}, or that and a time of day behind a T or
   * a blank, with an offset or without; empty if it is none of these.
   */
  static OptionalDouble parse(String text) {
    if (text.length() < SHORTEST || text.charAt(4) != '-') {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(seconds(text));
    } catch (DateTimeException e) {
      return OptionalDouble.empty();
    }
  }

  private static double seconds(String text) {
    if (isPlain(text)) { // as below, but fast: large tables are hours or minutes
      LocalDate day = LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
      LocalTime time = LocalTime.of(digits(text, 11, 13), digits(text, 14, 16));
      return day.toEpochDay() * 86_400.0 + time.toSecondOfDay();
    }
    if (text.length() == SHORTEST) {
      return YearMonth.parse(text).atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }
    if (text.length() == "1973-05-01".length()) {
      return LocalDate.parse(text).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }
    String time = text.replace(' ', 'T');
    OffsetDateTime at =
        hasOffset(time)
            ? OffsetDateTime.parse(time)
            : LocalDateTime.parse(time).atOffset(ZoneOffset.UTC);
    return at.toEpochSecond() + at.getNano() / 1e9;
  }

  private static boolean hasOffset(String time) {
    return time.endsWith("Z") || time.lastIndexOf('+') > 0 || time.lastIndexOf('-') > 7;
  }

  /** Whether it is of the form of {@code 1973-05-01 12:30}. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < PLAIN.length(); i++) {
      char c = text.length() == PLAIN.length() ? text.charAt(i) : 0;
      boolean fits =
          switch (PLAIN.charAt(i)) {
            case '0' -> c >= '0' && c <= '9';
            case ' ' -> c == ' ' || c == 'T';
            default -> c == PLAIN.charAt(i);
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static int digits(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  /** The month that begins then, counted from January 1970; empty if none does. */
  static OptionalDouble month(double seconds) {
    LocalDateTime time = LocalDateTime.ofEpochSecond((long) seconds, 0, ZoneOffset.UTC);
    boolean first = time.equals(time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1));
    return first && seconds == Math.rint(seconds)
        ? OptionalDouble.of(12.0 * (time.getYear() - 1970) + time.getMonthValue() - 1)
        : OptionalDouble.empty();
  }

  /** When a month begins that is counted from January 1970. */
  static double secondsOfMonth(long month) {
    return YearMonth.of(1970, 1)
        .plusMonths(month)
        .atDay(1)
        .atStartOfDay()
        .toEpochSecond(ZoneOffset.UTC);
  }

  /** As text, in the form of another one. */
  static String text(double seconds, String like) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(Math.round(seconds), 0, ZoneOffset.UTC);
    if (like.length() == SHORTEST) {
      return YearMonth.from(time).toString();
    }
    if (like.length() == "1973-05-01".length()) {
      return time.toLocalDate().toString();
    }
    String text = like.replace(' ', 'T');
    ZoneOffset zone = hasOffset(text) ? OffsetDateTime.parse(text).getOffset() : ZoneOffset.UTC;
    String pattern = hasOffset(text) ? "uuuu-MM-dd'T'HH:mm:ssXXX" : "uuuu-MM-dd'T'HH:mm:ss";
    return time.atOffset(ZoneOffset.UTC)
        .withOffsetSameInstant(zone)
        .format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT))
        .replace('T', like.charAt("1973-05-01".length()));
  }
}
