package org.tornadogru.formats.codec;

import org.tornadogru.nn.InvalidInputException;

/** Text from a file, which may be long and hold anything, made fit for one line of a message. */
public final class Quoted {

  private static final int LONGEST = 40;

  private Quoted() {}

  public static String of(String text) {
    return "'" + oneLine(text) + "'";
  }

  public static String oneLine(String text) {
    return InvalidInputException.oneLine(text, LONGEST);
  }
}
