package org.tornadogru.graph;

import java.util.regex.Pattern;

/** The escape sequences that TornadoVM writes some of its messages in color with. */
public final class TerminalColors {

  private static final Pattern COLOR = Pattern.compile("\\x1b\\[[0-9;]*m");

  private TerminalColors() {}

  /** A message in plain text. */
  public static String removedFrom(String message) {
    return COLOR.matcher(message).replaceAll("");
  }
}
