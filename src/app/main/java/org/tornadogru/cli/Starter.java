package org.tornadogru.cli;

/** The script that started this process, for messages that say what to type. */
public final class Starter {

  private static final String SCRIPT = "run.sh";

  private Starter() {}

  /** Its file's name: {@code run.sh}, or what a bundle calls its own. */
  public static String name() {
    return System.getProperty("tornado-gru.starter", SCRIPT);
  }

  /** Whether it is that of the sources, which uses the TornadoVM that is installed. */
  public static boolean isOfTheSources() {
    return name().equals(SCRIPT);
  }
}
