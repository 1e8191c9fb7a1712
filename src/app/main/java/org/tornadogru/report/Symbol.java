package org.tornadogru.report;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was read in a step.
 *
 * @param text as tables have it: the vocabulary's symbol, or the number of the step
 * @param label above a column of a map, which has room for one character
 */
record Symbol(String text, String label) {

  static final String SPACE = "␣";

  private static final String LINE_END = "↵";
  private static final int LABELLED = 10;
  private static final String UNKNOWN = "\uFFFD";
  private static final Pattern BYTE = Pattern.compile("<0x(\\p{XDigit}{2})>");

  /** A token of a text; what is invisible or no character by itself has a label in its place. */
  static Symbol of(String text) {
    return new Symbol(text, label(text));
  }

  /** A step of vectors, of which every tenth is labelled. */
  static Symbol of(int step) {
    String text = String.valueOf(step);
    return new Symbol(text, step % LABELLED == 0 ? text : "");
  }

  private static String label(String text) {
    Matcher code = BYTE.matcher(text);
    String character = code.matches() ? ofByte(Integer.parseInt(code.group(1), 16)) : text;
    return switch (character) {
      case "" -> code.group(1);
      case "\n" -> LINE_END;
      case "<unk>" -> UNKNOWN;
      default -> character.isBlank() ? SPACE : character;
    };
  }

  private static String ofByte(int code) {
    boolean isAscii = code < 0x7F && (code >= ' ' || code == '\n' || code == '\t');
    return isAscii ? Character.toString(code) : "";
  }

  /** Whether it is white space, which ends a word. */
  boolean isSpace() {
    return label.equals(SPACE) || label.equals(LINE_END);
  }
}
