package org.tornadogru.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * This machine without its fonts, as one process and its children see it: empty file systems lie
 * over the directories that have them.
 */
public final class BareMachine {

  private static final String HIDE_FONTS =
      """
      for directory in /usr/share/fonts /usr/local/share/fonts /usr/share/X11/fonts \
          /etc/fonts /var/cache/fontconfig; do
        if [ -d "$directory" ]; then mount -t tmpfs tmpfs "$directory" || exit; fi
      done
      """;

  /** Also the library that knows where fonts are. */
  private static final String HIDE_FONTCONFIG =
      """
      for library in /usr/lib/libfontconfig.so.* /usr/lib64/libfontconfig.so.* \
          /usr/lib/*/libfontconfig.so.*; do
        if [ -f "$library" ]; then mount --bind /dev/null "$(readlink -f "$library")" || exit; fi
      done
      """;

  private static final String RUN = "exec \"$@\"";

  private static final List<List<String>> OWN_MOUNTS =
      List.of(List.of("unshare", "--mount"), List.of("unshare", "--map-root-user", "--mount"));

  private final List<String> prefix;

  private BareMachine(List<String> prefix) {
    this.prefix = List.copyOf(prefix);
  }

  /**
   * Where a process may have mounts of its own; elsewhere the test is skipped.
   *
   * @param hasFontconfig whether the library that looks for fonts is there
   */
  public static BareMachine assumed(boolean hasFontconfig) throws Exception {
    String script = HIDE_FONTS + (hasFontconfig ? "" : HIDE_FONTCONFIG) + RUN;
    for (List<String> unshare : OWN_MOUNTS) {
      List<String> prefix = new ArrayList<>(unshare);
      prefix.addAll(List.of("sh", "-c", script, "sh"));
      BareMachine machine = new BareMachine(prefix);
      if (machine.succeeds(List.of("true"))) {
        assumeTrue(
            !machine.succeeds(java(List.of(), TextWidth.class.getName())),
            "the fonts of this machine cannot be hidden: Java finds some all the same");
        return machine;
      }
    }
    assumeTrue(false, "the fonts of this machine cannot be hidden: no right to mount");
    throw new AssertionError();
  }

  /** The command that runs another one there. */
  public List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    return all;
  }

  /** The command of a Java program with this test's class path. */
  public static List<String> java(List<String> options, String... mainAndArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    // Java keeps what it found in the user's home.
    command.addAll(List.of("-Djava.awt.headless=true", "-Duser.home=/nonexistent"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(mainAndArguments));
    return command;
  }

  private boolean succeeds(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no unshare
    }
  }

  /** Needs a font, and fails where there is none. */
  static final class TextWidth {

    private TextWidth() {}

    public static void main(String[] arguments) {
      Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
      System.out.println(font.getStringBounds("text", new FontRenderContext(null, true, true)));
    }
  }
}
