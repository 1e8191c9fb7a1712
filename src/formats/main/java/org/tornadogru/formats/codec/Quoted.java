package org.tornadogru.formats.codec;

/** Text from a file, which may be long and hold anything, made fit for one line of a message. */
public final class Quoted {

  private static final int LONGEST = 80;

  private Quoted() {}

  public static String of(String text) {
    return "'" + oneLine(text) + "'";
  }

  public static String oneLine(String text) {
    String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    return start.replaceAll("\\p{C}", "?");
  }
}
