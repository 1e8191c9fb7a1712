package org.tornadogru.nn;

import java.util.regex.Pattern;

/**
 * Something the user gave cannot be used: a file, an option, a shape.
 *
 * <p>The message is one line that says what is wrong and what to do about it, of at most {@value
 * #LONGEST} characters, whatever a file or a name in it holds. The command line prints it alone,
 * without a stack trace, and exits with code 2.
 */
public class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Characters of a message. */
  public static final int LONGEST = 300;

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

  public InvalidInputException(String message) {
    super(oneLine(message, LONGEST));
  }

  public InvalidInputException(String message, Throwable cause) {
    super(oneLine(message, LONGEST), cause);
  }

  /**
   * Text that may be long and hold anything, made fit for a message: what cannot be printed, line
   * ends among it, becomes its code, as in {@code \}{@code u000a}; what is too long loses its
   * middle.
   *
   * @param longest characters of the result
   */
  public static String oneLine(String text, int longest) {
    String line =
        UNPRINTABLE
            .matcher(cut(text, longest))
            .replaceAll(found -> "\\\\u%04x".formatted(found.group().codePointAt(0)));
    return cut(line, longest);
  }

  private static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int front = 2 * longest / 3;
    int back = text.length() - (longest - front - 1);
    // A character of two units stays whole.
    return text.substring(0, front - (Character.isHighSurrogate(text.charAt(front - 1)) ? 1 : 0))
        + "…"
        + text.substring(back + (Character.isLowSurrogate(text.charAt(back)) ? 1 : 0));
  }
}
